"""Whether a certificate still holds, the lists that say so, and the keys that may sign."""
