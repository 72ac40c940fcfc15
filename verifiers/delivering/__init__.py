"""The result: to whom it belongs, once, and not for long."""
