"""What is asked, and why: one module per service, each with its relying party and its profile."""
