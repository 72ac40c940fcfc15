"""Mobile documents (ISO/IEC 18013-5) as credentials over the network: issue, present, verify.

The sister of `standards.sd_jwt` and `standards.sd_jwt_vc`, with the same words for the same
things: `issue` signs digests of items, `present` hands on a choice of the items, `device_auth`
binds them to one request (`transcript`), `credential` checks what came and returns the claims.
Sections are those of ISO/IEC 18013-5:2021; Bluetooth and NFC are left out (decision 0052).
"""
