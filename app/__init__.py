"""The composition root: settings, wiring, databases and the command line."""
