"""Why a catalogue file is no kind: told with the file, the place in it, and what was expected."""


class CatalogueError(ValueError):
    """A file of this package is wrong; the start stops, before anything is issued by half of it.

    ``where`` is a line or a claim of the file.
    """

    def __init__(self, file: str, where: str, reason: str) -> None:
        super().__init__(f"{file}: {where}: {reason}")
        self.file = file
        self.where = where
        self.reason = reason
