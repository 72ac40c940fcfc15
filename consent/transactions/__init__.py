"""What a person can be asked to confirm with a presentation: types defined by files."""
