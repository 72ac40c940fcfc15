"""Keys, signatures, certificates, trust lists: the only room with a cryptography library."""
