"""Keys, signatures, certificates and trust lists: the only room that touches a cryptography library."""
