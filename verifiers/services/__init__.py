"""What is asked, and why: one definition per relying party, and how definitions are read."""
