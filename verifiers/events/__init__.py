"""Events: what became of an institution's questions, told to it in order, never a claim."""
