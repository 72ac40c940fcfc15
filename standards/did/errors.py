"""Why an identifier or its document leads to no key."""


class DidError(Exception):
    """A decentralized identifier was refused; ``detail`` is for people."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
