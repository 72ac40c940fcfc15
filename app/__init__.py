"""The composition root: settings, wiring, databases, the command line. The only room that knows all others."""
