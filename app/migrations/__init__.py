"""How each room's tables came to be: one branch of revisions per room, run on its own engine."""
