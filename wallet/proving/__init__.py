"""Proofs a holder takes along: the whole history, the evidence of one consent."""
