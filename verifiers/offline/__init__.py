"""A desk without network: what its browser takes along, and what it brings back."""
