"""Concise Binary Object Representation (RFC 8949), as far as signed things need it.

`read` is strict and bounded and keeps the octets that digests and signatures are made over;
`write` is deterministic.
"""
