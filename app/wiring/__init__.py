"""One module per room: what it needs is made and handed to it."""
