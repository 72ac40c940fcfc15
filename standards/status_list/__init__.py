"""Token Status List (draft-14, pinned by HAIP 1.0, to draft-20): whether a credential holds.

JSON and JWT forms only; the CBOR and CWT forms belong to mdoc.
"""
