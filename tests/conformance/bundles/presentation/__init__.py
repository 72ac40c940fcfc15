"""The bundles of OpenID4VP 1.0: what a verifier asks and answers, and what a wallet presents."""
