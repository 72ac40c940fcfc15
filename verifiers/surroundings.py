"""What this room needs of others: somewhere to keep things, and a way to everybody outside."""

from typing import Protocol

from verifiers.asking.standing import StandingAsks, StandingWallets
from verifiers.books import BookStore
from verifiers.originals.original import OriginalStore
from verifiers.owing.reused import ReusedCodes
from verifiers.presented.chains import ChainStore, PublishedChains
from verifiers.presented.status import StatusTokens
from verifiers.recording.recorder import LedgerEntries
from verifiers.services.registering import RegistrationStore
from verifiers.type_names import TypeDocuments
from verifiers.verifying.counter import CounterStore
from verifiers.verifying.scanning import PersonsLinks


class VerifiersStore(
    StandingAsks, BookStore, ChainStore, RegistrationStore, CounterStore, OriginalStore, Protocol
):
    """Everything this room keeps (`verifiers.store`)."""


class Outside(
    StatusTokens,
    TypeDocuments,
    LedgerEntries,
    ReusedCodes,
    PublishedChains,
    PersonsLinks,
    StandingWallets,
    Protocol,
):
    """Everybody this room talks to (`verifiers.client`)."""
