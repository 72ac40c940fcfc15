"""The transactions of a request as the citizen's page puts them, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from wallet.presenting.confirming import Confirming
from web.language import Language, pick


@dataclass(frozen=True, slots=True)
class SeenTransaction:
    """One transaction in words; ``facts`` are its members, each with its label."""

    name: str
    sentence: str
    facts: tuple[tuple[str, str], ...]


def seen_transactions(
    transactions: Sequence[Confirming], language: Language
) -> tuple[SeenTransaction, ...]:
    """Return what is confirmed with an answer, in the order of the request."""
    return tuple(
        SeenTransaction(
            pick(each.shown.name, language),
            pick(each.shown.sentence, language),
            tuple(
                (pick(label, language), pick(value, language)) for label, value in each.shown.facts
            ),
        )
        for each in transactions
    )
