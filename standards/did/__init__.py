"""Decentralized identifiers: names that lead to public keys (W3C DID Core 1.0).

`methods` reads an identifier of one of three methods, `document` the keys it leads to.
"""
