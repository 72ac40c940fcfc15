"""What becomes of a credential: renewed, kept fresh, still to come, deleted, lost."""
