"""What an applicant may choose about a certificate: closed choices, each kind declares its own."""

from collections.abc import Iterable
from dataclasses import dataclass

from issuers.errors import IssuerError, IssuerFailure
from issuers.label import Label

# As they travel and are stored: (option, choice), each option once.
Chosen = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to an option; ``label`` is what the certificate and the page call it."""

    name: str
    label: Label


@dataclass(frozen=True, slots=True)
class Option:
    """A question the authority asks before it issues; ``default`` is the name of a choice.

    An option decides what the authority writes into the certificate. What its holder shows of it
    later is no option: that is chosen claim by claim, each time.
    """

    name: str
    label: Label
    choices: tuple[Choice, ...]
    default: str

    def among(self, chosen: Chosen) -> Choice:
        """Return what was chosen, the default when the option was left out."""
        name = dict(chosen).get(self.name, self.default)
        return next(choice for choice in self.choices if choice.name == name)

    def check(self, name: str) -> None:
        """Return when there is such a choice, or raise `IssuerError` (unknown_option)."""
        if name not in {choice.name for choice in self.choices}:
            choices = ", ".join(choice.name for choice in self.choices)
            raise IssuerError(IssuerFailure.UNKNOWN_OPTION, f"choose {self.name}: {choices}")


def complete(options: tuple[Option, ...], given: Iterable[tuple[str, str]]) -> Chosen:
    """Return a choice for every option, in the order of their declaration.

    Raises `IssuerError` (unknown_option) for an option or choice there is not, and for one that
    is given twice.
    """
    pairs = tuple(given)
    chosen = dict(pairs)
    unknown = chosen.keys() - {option.name for option in options}
    if unknown or len(chosen) != len(pairs):
        known = ", ".join(option.name for option in options) or "none"
        raise IssuerError(IssuerFailure.UNKNOWN_OPTION, f"options, each at most once: {known}")
    for option in options:
        option.check(chosen.get(option.name, option.default))
    return tuple((option.name, option.among(pairs).name) for option in options)
