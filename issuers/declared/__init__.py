"""Kinds of certificate that are one file of this folder: ``<kind>.toml``, no code of their own."""
