"""Whether a credential still holds, and what it needs next."""
