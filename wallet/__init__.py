"""What the holder keeps, sees and shows (Holder)."""
