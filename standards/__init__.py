"""The wire formats of public standards, pure: no I/O, no clock, no framework."""
