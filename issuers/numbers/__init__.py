"""What this room draws and hands out: codes, nonces, identifiers and numbers, each used once."""
