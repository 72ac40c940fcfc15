"""CBOR Object Signing and Encryption (RFC 9052), as far as mdoc and status lists need it.

One signature (COSE_Sign1), one tag (COSE_Mac0), public keys, and the chain of certificates in a
header (RFC 9360). Octets are signed by any `keys.signer.Signer` and checked by its public half.
"""
