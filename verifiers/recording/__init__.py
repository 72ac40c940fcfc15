"""The use of what was shown, written to the ledger; at once, or late with the reason."""
