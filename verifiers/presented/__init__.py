"""What one presentation proves: issuer, signature, digests, key binding, status, policy."""
