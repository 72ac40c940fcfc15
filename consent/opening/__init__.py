"""Opening receipts by proving a key: the ledger as a verifier of its own (OpenID4VP 1.0).

Our wallet reads its records with the key of the pair. A wallet of another maker has none: its
holder shows a certificate without any claim, and what was filed with that key is theirs to read.
"""
