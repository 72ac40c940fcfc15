"""The command ``mydata``: one verb per thing a person or a script does."""

from app.cli.application import application


def main() -> None:
    """Run the command line."""
    application()
