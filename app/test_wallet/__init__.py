"""A wallet for integrators to try their desk on: a certificate a case, shown as the case says.

It exists in demo mode alone.
"""
