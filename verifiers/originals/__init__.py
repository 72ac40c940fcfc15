"""What was shown, kept whole and sealed where a law has evidence kept; and who has read it."""
