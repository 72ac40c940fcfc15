"""A witness: somebody else's promise that a log only grew (C2SP tlog-witness)."""
