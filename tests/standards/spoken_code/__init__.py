"""The spoken code."""
