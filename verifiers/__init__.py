"""Institutions that ask for certificates and check them (Relying Parties)."""
