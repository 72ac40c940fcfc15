"""Offers: the right to one certificate, what it costs, and how many may wait."""
