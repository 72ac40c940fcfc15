"""Token Status List (draft-14, pinned by HAIP 1.0, to draft-20): whether a credential holds.

A list in JSON is signed in a JWT (`token`), the same list in CBOR in a CWT (`cwt`), which is what
readers of mdocs look for.
"""
