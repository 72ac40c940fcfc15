"""Why something typed, or something signed, is no spoken code."""


class SpokenCodeError(Exception):
    """It was misheard, or is not signed as an entry is; ``detail`` repeats nothing of it."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
