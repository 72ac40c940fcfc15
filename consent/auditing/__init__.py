"""Auditing a copy of the log: pure, and asking the operator for nothing."""
