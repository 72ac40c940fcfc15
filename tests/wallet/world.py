"""The world around the wallet, in one process: a network, authorities, an issuer, a verifier and
a ledger, built from the standards' own modules. Everything can be made to misbehave.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from typing_extensions import override

from consent.forms.deposit import Deposit
from consent.forms.entry import Leaf
from consent.forms.receipt import EntryProof
from consent.forms.submission import Submission
from consent.tlog.checkpoint import Checkpoint, sign_checkpoint
from consent.tlog.merkle import inclusion_proof, leaf_hash, root_of
from consent.tlog.signed_note import NoteSigner
from keys import jws
from keys.authority import CertificateAuthority
from keys.jwk import Algorithm, PublicJwk
from keys.sealing import DataKey
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue, dumps
from keys.trust_list import TrustEntry, TrustList, sign_trust_list
from keys.x509 import Role, to_x5c
from standards.openid4vp.registered_client import RegisteredClient
from wallet.client import WalletClient
from wallet.consents import Consents
from wallet.ledger.appending import Log
from wallet.outside.provider import WalletProvider
from wallet.ports import DEFAULT_COPIES, Ports
from wallet.store import OutboxStore, WalletStore
from wallet.wallet import Wallets
from web.outbound import DEFAULT_LIMIT, Outbound, OutboundError, OutboundFailure, Reply

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOLDER = "min"
WALLET_URL = "https://wallet.example"
LEDGER_URL = "https://ledger.example"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question the wallet put to the network."""

    method: str
    url: str
    content: bytes
    authorization: str | None
    accept: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = ""


def unchanged(value: Any) -> Any:
    return value


Answering = Callable[[Asked], Reply | Awaitable[Reply]]


def json_reply(value: JsonValue, status: int = 200) -> Reply:
    return Reply(status, "application/json", dumps(value))


class Network(Outbound):
    """What ``web.outbound.Outbound`` reaches: addresses and who answers there.

    ``unreachable`` hosts never answer; with ``lost`` they do what was asked and the answer is
    lost. Every question is remembered.
    """

    def __init__(self) -> None:
        self.answering: dict[str, Answering] = {}
        self.below: dict[str, Answering] = {}
        self.unreachable: set[str] = set()
        self.lost: set[str] = set()
        self.asked: list[Asked] = []

    def serve(self, url: str, answer: Answering) -> None:
        self.answering[url] = answer

    def serve_below(self, url: str, answer: Answering) -> None:
        """Let every address that begins so be answered alike."""
        self.below[url] = answer

    def to(self, url: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.url == url]

    @override
    async def get(
        self,
        url: str,
        *,
        accept: str,
        limit: int = DEFAULT_LIMIT,
        authorization: str | None = None,
    ) -> Reply:
        return await self._ask(Asked("GET", url, b"", authorization, accept), limit)

    @override
    async def post(
        self,
        url: str,
        *,
        content: bytes,
        content_type: str,
        accept: str,
        limit: int = DEFAULT_LIMIT,
        authorization: str | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Reply:
        asked = Asked("POST", url, content, authorization, accept, headers, content_type)
        return await self._ask(asked, limit)

    async def _ask(self, asked: Asked, limit: int) -> Reply:
        self.asked.append(asked)
        host = asked.url.split("/")[2]
        if host in self.unreachable:
            raise OutboundError(OutboundFailure.UNREACHABLE, host)
        below = (each for url, each in self.below.items() if asked.url.startswith(url))
        answer = self.answering.get(asked.url) or next(below, None)
        if answer is None:
            return Reply(404, "text/html", b"<h1>Not found</h1>")
        reply = answer(asked)
        if not isinstance(reply, Reply):
            reply = await reply
        if len(reply.body) > limit:
            raise OutboundError(OutboundFailure.TOO_LARGE, host)
        if host in self.lost:
            raise OutboundError(OutboundFailure.TIMED_OUT, host)
        return reply


@dataclass
class LedgerOfTest:
    """A log in memory that answers submissions as the real one does; ``status`` refuses them."""

    network: Network
    status: int = 200
    submissions: list[JsonObject] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    entries: list[bytes] = field(default_factory=list)
    by_key: dict[str, int] = field(default_factory=dict)
    deposits: dict[bytes, Deposit] = field(default_factory=dict)
    mac_keys: dict[bytes, bytes] = field(default_factory=dict)
    change: Callable[[JsonObject], JsonObject] = unchanged

    def __post_init__(self) -> None:
        signer = SoftwareSigner.generate(Algorithm.ED25519)
        self.signer = NoteSigner("ledger.example/2026", signer)
        self.network.serve(f"{LEDGER_URL}/consent/entries", self._append)

    def _append(self, asked: Asked) -> Reply:
        self.bodies.append(asked.content)
        if self.status != 200:
            return json_reply({"error": "ledger_stopped", "party": "ledger"}, self.status)
        token = jws.parse(asked.content.decode())
        key = PublicJwk.parse(token.header["jwk"]).verification_key()
        claims = jws.verify(token, key, expected_typ="mydata-entry+jwt").claims()
        submission = Submission.parse(claims)
        assert submission.audience == self.signer.verifier_key.name
        assert submission.mac_key is not None
        submission.check_mac(submission.mac_key)
        self.submissions.append(claims)
        self.mac_keys[submission.entry.label] = submission.mac_key
        return json_reply(self.change(self.write(submission).as_dict()))

    def write(self, submission: Submission) -> EntryProof:
        if submission.deposit is not None:
            self.deposits[submission.entry.commitment] = submission.deposit
        index = self.by_key.setdefault(submission.entry.key, len(self.entries))
        if index == len(self.entries):
            self.entries.append(self._leaf(submission).octets())
        return self.proof(index)

    def _leaf(self, submission: Submission) -> Leaf:
        entry = submission.entry
        before = [leaf for leaf in map(Leaf.parse, self.entries) if leaf.label == entry.label]
        previous = before[-1].hash() if before else None
        return Leaf(entry.type, entry.label, len(before) + 1, previous, entry.commitment)

    def proof(self, index: int) -> EntryProof:
        hashes = [leaf_hash(entry) for entry in self.entries]

        def node(level: int, position: int) -> bytes:
            return root_of(hashes[position << level : (position + 1) << level])

        checkpoint = Checkpoint(self.signer.verifier_key.name, len(hashes), root_of(hashes))
        return EntryProof(
            index,
            self.entries[index],
            len(hashes),
            inclusion_proof(index, len(hashes), node),
            sign_checkpoint(checkpoint, self.signer),
        )


@dataclass
class Authorities:
    """One root per role, and the trust list that names them."""

    now: datetime = NOW

    def __post_init__(self) -> None:
        self.of = {
            role: CertificateAuthority.create(f"Test {role.value} root", role, self.now)
            for role in Role
        }
        self.trusted = set(Role)
        self.scope: tuple[str, ...] = ()
        self.lists: tuple[str, ...] = ()

    def certify(
        self,
        role: Role,
        signer: SoftwareSigner,
        name: str,
        *,
        organization_id: str | None = None,
        dns_names: Iterable[str] = (),
        uris: Iterable[str] = (),
    ) -> tuple[bytes, ...]:
        return self.of[role].issue(
            signer.public,
            name,
            now=self.now,
            organization_id=organization_id,
            dns_names=tuple(dns_names),
            uris=tuple(uris),
        )

    def trust(self) -> TrustList:
        entries = tuple(
            TrustEntry.of(
                role,
                authority.anchor.certificate,
                now=self.now - timedelta(seconds=60),
                scope=self.scope if role is Role.ISSUER else (),
                lists=self.lists if role is Role.ISSUER else (),
            )
            for role, authority in self.of.items()
            if role in self.trusted
        )
        return TrustList(entries, self.now, self.now + timedelta(days=30), timedelta(minutes=5))


@dataclass
class Clock:
    """A clock that goes on by a millisecond at each look, and further when it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


def entropy_of(seed: str) -> Callable[[int], bytes]:
    """Return octets that differ at each call and repeat with each run."""
    count = 0

    def take(size: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_256(f"{seed} {count}".encode()).digest(size)

    return take


def provider_of(authorities: Authorities) -> WalletProvider:
    """Return who vouches for this wallet, certified like everybody else."""
    name, signer = f"{WALLET_URL}/wallet-provider", SoftwareSigner.generate()
    chain = authorities.certify(Role.WALLET_PROVIDER, signer, "Provider", uris=(name,))
    x5c = tuple(str(each) for each in to_x5c(chain))
    return WalletProvider(name, f"{WALLET_URL}/wallet", signer, x5c)


@dataclass
class World:
    """A wallet with everything around it."""

    store: WalletStore
    outbox: OutboxStore
    network: Network
    authorities: Authorities
    ledger: LedgerOfTest
    clock: Clock
    store_key: DataKey
    entropy: Callable[[int], bytes]
    trust_signer: SoftwareSigner = field(default_factory=SoftwareSigner.generate)
    provider: WalletProvider | None = None
    copies: int = DEFAULT_COPIES
    clients: dict[str, RegisteredClient] = field(default_factory=dict)

    @classmethod
    def around(cls, store: WalletStore, outbox: OutboxStore) -> "World":
        network, authorities = Network(), Authorities()
        return cls(
            store,
            outbox,
            network,
            authorities,
            LedgerOfTest(network),
            Clock(),
            DataKey.generate(),
            entropy_of("wallet"),
            provider=provider_of(authorities),
        )

    @property
    def ports(self) -> Ports:
        return Ports(
            shelf=self.store,
            outbox=self.outbox,
            store_key=self.store_key,
            correspondent=WalletClient(self.network),
            log=Log(LEDGER_URL, lambda: self.ledger.signer.verifier_key),
            trust=self.authorities.trust,
            trust_token=lambda: sign_trust_list(self.authorities.trust(), self.trust_signer),
            clock=self.clock,
            entropy=self.entropy,
            base=WALLET_URL,
            provider=lambda: self.provider,
            clients=lambda: self.clients,
            copies=self.copies,
        )

    @property
    def wallets(self) -> Wallets:
        return Wallets(self.ports)

    @property
    def consents(self) -> Consents:
        return Consents(self.ports)
