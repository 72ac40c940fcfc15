"""Conversations with others: questions, proofs, tokens, names of types, who vouches for us."""
