"""Authorities that turn their source of record into signed certificates (Credential Issuers)."""
