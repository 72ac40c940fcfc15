"""A thousand certificates of one holder against a query of twenty credential queries.

Fifty certificates of each of twenty kinds, each of twelve claims; every credential query asks for
three claims of one kind, so every certificate kept is looked at and answers. What is timed:

- ``dcql_match``: finding every answer and the first response, with the certificates read;
- ``dcql_answer``: the same from the sealed boxes: open, read, check, match. Only what is of a type
  asked for is read (`dcql_answer_one`: a query for one of the twenty kinds).

The limit is to open the thousand boxes once and do nothing else: nobody knows what is in a sealed
box without opening it.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from benchmarks.measure import Clock, Item, Race, Work
from benchmarks.world import CLAIMS, FRAME, ISSUER, NOW
from keys.jwk import PublicJwk
from keys.sealing import DataKey
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue
from standards.dcql.matching import match
from standards.dcql.options import options
from standards.dcql.query import DcqlQuery, parse_query
from standards.sd_jwt_vc.issue import NewVc, issue_vc
from wallet.kept.copies import KeptKey
from wallet.kept.holdings import HeldCredential, Provenance
from wallet.kept.keeping import BoxKind, SealedBox
from wallet.kept.vault import Vault
from wallet.labels import Description
from wallet.presenting.lawful import NO_STATUTE
from wallet.presenting.pool import Pool
from wallet.presenting.possible import Possible
from wallet.status.states import CredentialState

HELD = 1000
KINDS = 20
ASKED: Sequence[JsonValue] = [["name"], ["age_over_19"], ["address", "city"]]
_LIMIT = "opening the 1,000 boxes"


def items() -> list[Item]:
    """Return the items: matching alone, then with all that comes before it."""
    cpu = Clock.THREAD_CPU
    return [
        Item("dcql_match", cpu, _match, _LIMIT, goal=1.0),
        Item("dcql_answer", cpu, _answer, _LIMIT),
        Item("dcql_answer_one", cpu, _answer_one, _LIMIT),
    ]


class Wallet:
    """One holder's boxes, as they stand on the shelf, and what is asked."""

    def __init__(self) -> None:
        self.issuer, self.holder = SoftwareSigner.generate(), SoftwareSigner.generate()
        self.vault = Vault("min", os.urandom(32), DataKey.generate(os.urandom))
        self.boxes = tuple(self._box(place) for place in range(HELD))

    def read(self) -> tuple[JsonObject, ...]:
        """Open every box: the limit."""
        return tuple(map(self.vault.open, self.boxes))

    def pool(self) -> Pool:
        """Open and read every box, as each request does."""
        held = tuple(map(HeldCredential.parse, self.read()))
        return Pool(held, {each.id: CredentialState.VALID for each in held})

    def _box(self, place: int) -> SealedBox:
        new = NewVc(
            vct=_vct(place % KINDS),
            issuer=ISSUER,
            claims=CLAIMS,
            holder=self.holder.public,
            issued_at=NOW,
            expires_at=None,
        )
        issued = issue_vc(new, signer=self.issuer, x5c=(), entropy=os.urandom, frame=FRAME)
        held = HeldCredential(
            id=f"credential-{place}",
            text=issued.serialize(),
            vct=new.vct,
            status=None,
            provenance=Provenance(ISSUER, "Registry", _public(self.issuer), (b"authority",)),
            key=KeptKey.of(self.holder),
            received_at=NOW,
            expires_at=None,
            description=Description(new.vct),
        )
        return self.vault.seal(BoxKind.CREDENTIAL, held.id, NOW, held.as_dict())


def asking(kinds: int) -> DcqlQuery:
    """Return a query for three claims of each of so many kinds."""
    claims: list[JsonValue] = [{"path": path} for path in ASKED]
    return parse_query(
        {
            "credentials": [
                {
                    "id": f"q{kind}",
                    "format": "dc+sd-jwt",
                    "meta": {"vct_values": [_vct(kind)]},
                    "claims": claims,
                }
                for kind in range(kinds)
            ]
        }
    )


@contextmanager
def _match() -> Iterator[Race]:
    wallet, query = Wallet(), asking(KINDS)
    candidates = wallet.pool().candidates(query)

    def work() -> int:
        matches = match(query, candidates)
        assert len(options(query, matches)[0].answers) == KINDS
        return 1

    yield Race(work, _opening(wallet))


@contextmanager
def _answer() -> Iterator[Race]:
    wallet = Wallet()
    yield Race(_answering(wallet, KINDS), _opening(wallet))


@contextmanager
def _answer_one() -> Iterator[Race]:
    wallet = Wallet()
    yield Race(_answering(wallet, 1), _opening(wallet))


def _answering(wallet: Wallet, kinds: int) -> Work:
    query = asking(kinds)

    def work() -> int:
        (choice,) = Possible.of(query, wallet.pool(), limit=NO_STATUTE).choices()
        assert len(choice) == kinds
        return 1

    return work


def _opening(wallet: Wallet) -> Work:
    def work() -> int:
        assert len(wallet.read()) == HELD
        return 1

    return work


def _vct(kind: int) -> str:
    return f"{ISSUER}/types/kind-{kind}/1"


def _public(signer: SoftwareSigner) -> PublicJwk:
    return PublicJwk.parse(signer.public.as_dict())
