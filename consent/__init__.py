"""Terms, records and receipts of consent, and the ledger that proves them."""
