"""What this room needs of others: somewhere to keep things, and a way to everybody outside."""

from typing import Protocol

from verifiers.books import BookStore
from verifiers.chains import ChainStore, PublishedChains
from verifiers.recording import LedgerEntries
from verifiers.scanning import PersonsLinks
from verifiers.standing import StandingAsks, StandingWallets
from verifiers.status import StatusTokens
from verifiers.type_names import TypeDocuments


class VerifiersStore(StandingAsks, BookStore, ChainStore, Protocol):
    """Everything this room keeps (`verifiers.store`)."""


class Outside(
    StatusTokens,
    TypeDocuments,
    LedgerEntries,
    PublishedChains,
    PersonsLinks,
    StandingWallets,
    Protocol,
):
    """Everybody this room talks to (`verifiers.client`)."""
