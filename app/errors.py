"""Why a service does not start, or a command does not do what was asked."""

from keys.strict_json import JsonObject
from web.errors import Party, Problem


class CommandError(Exception):
    """A refusal to show to the person at the command line; exit code 1."""

    def __init__(self, code: str, party: str, detail: str) -> None:
        super().__init__(detail)
        self.problem = Problem(code, party, detail)

    def as_dict(self) -> JsonObject:
        """Return ``{"error", "party", "detail"}``."""
        return self.problem.as_dict()


class StartError(CommandError):
    """The service refuses to start, in one line that names the problem (H100)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, Party.CALLER, detail)
