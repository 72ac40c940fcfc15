"""Token Status List (draft-14, which HAIP 1.0 pins, to draft-20): whether a credential still holds.

JSON and JWT forms only; the CBOR and CWT forms belong to mdoc.
"""
