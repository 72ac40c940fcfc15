"""``python -m app`` is ``mydata``."""

from app.cli import main

main()
