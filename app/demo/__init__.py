"""The main job once, end to end, against real services over HTTP; and what must not work."""
