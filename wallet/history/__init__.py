"""What happened: the holder's history, how each sharing stands, and whether that is all."""
