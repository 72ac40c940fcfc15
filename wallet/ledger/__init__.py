"""The holder's side of the consent ledger: pairs, entries, records, and the log they stand in."""
