"""The authorities: kinds of certificate, offers, issuing, status."""
