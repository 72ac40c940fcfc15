"""Digital Credentials Query Language (OpenID4VP 1.0 sections 6 and 7), for both sides.

`query` reads, `paths` points into credentials; `matching` serves the wallet, `answer` the
verifier.
"""
