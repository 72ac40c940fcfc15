"""Complete for me: a map from label to the end of its chain, and the proof that a list is all."""
