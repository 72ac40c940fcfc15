"""OpenID for Verifiable Credential Issuance 1.0: the messages, and the rules on each.

`offer`, `metadata`, `token`, `nonce`, `credential` and `proof` follow a credential on its way; the
issuer answers with the codes of `error_response` and `standards.oauth.error_response`, the wallet
stops with those of `errors`.
"""
