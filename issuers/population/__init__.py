"""A synthetic population: realistic people who do not exist, the same for the same seed."""
