"""A code somebody reads out at a counter: it brings a desk's question to the holder's screen.

    7K3M-9QXT

Two modules: `letters` is the code itself (Crockford's base32, our choice of length), `entry` what
a desk signs when it enters one at a wallet. docs/shown-code.md is the page of both.
"""
