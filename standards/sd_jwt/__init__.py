"""Selective Disclosure for JWTs (RFC 9901): issue, present, verify.

Three parties, three modules: `issue` hides claims behind digests, `present` hands on a choice of
them, `verify` checks what came and returns the claims. Compact serialization only (HAIP 6.1).
"""
