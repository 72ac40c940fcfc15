"""The world around a relying party: authorities, an issuer, a status provider, a ledger, wallets.

Built from the standards' own modules, each can be made to misbehave.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from typing_extensions import override

from consent.authorisation import verify_submission
from consent.forms.countersignature import signed_part_sha256
from consent.forms.deposit import Deposit
from consent.forms.disclosure import disclosure_commitment as commit_disclosures
from consent.forms.disclosure import key_binding_commitment
from consent.forms.entry import EntryType, Leaf, party_label
from consent.forms.handover import Handover
from consent.forms.holder_signature import body_sha256, pair_key, sign_body
from consent.forms.offer import read_verifier_info
from consent.forms.receipt import EntryProof, Receipt
from consent.forms.record import (
    Asked,
    ConsentRecord,
    EventState,
    Evidence,
    HolderKey,
    TermsBinding,
)
from consent.forms.states import NumberedRecord
from consent.forms.submission import NewEntry, PairSecret, Submission, sign_submission
from consent.tlog.checkpoint import Checkpoint, sign_checkpoint
from consent.tlog.merkle import inclusion_proof, leaf_hash, root_of
from consent.tlog.signed_note import NoteSigner
from consent.transactions.types import load_types
from keys.authority import CertificateAuthority
from keys.entropy import SYSTEM_ENTROPY
from keys.jwk import Algorithm
from keys.sealing import DataKey
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue, dumps
from keys.trust_list import TrustEntry, TrustList
from keys.x5c import to_base64
from keys.x509 import Role
from standards.dcql.paths import ClaimsPathPointer
from standards.openid4vp.request import AuthorizationRequest
from standards.openid4vp.request_object import VerifiedRequest, verify_request_object
from standards.openid4vp.request_uri import RequestUri
from standards.openid4vp.response import AuthorizationResponse, encode_response
from standards.openid4vp.signer import Grounds
from standards.openid4vp.vp_token import VpToken
from standards.profiles import Profile
from standards.sd_jwt.disclosure import digest_of
from standards.sd_jwt.key_binding import bind
from standards.sd_jwt.parse import parse_issued_sd_jwt
from standards.sd_jwt.present import present
from standards.sd_jwt.verify import VerifiedSdJwt
from standards.sd_jwt_vc.credential import verify_vc
from standards.sd_jwt_vc.issue import NewVc, issue_vc
from standards.status_list.bits import StatusList
from standards.status_list.reference import StatusReference
from standards.status_list.token import MEDIA_TYPE, issue_status_token
from verifiers.asking.enquiry import Wish
from verifiers.asking.questions import Asked as AskedQuestion
from verifiers.client import VerifiersClient
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.skew import SkewSeen
from verifiers.registered.party_keys import PartyKey
from verifiers.store import VerifiersStore
from verifiers.transaction import Flow
from verifiers.verifier import Verifiers
from verifiers.verifying.acknowledgement import Acknowledgement
from web.outbound import DEFAULT_LIMIT, Outbound, OutboundError, OutboundFailure, Reply

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BASE = "https://desk.example"
REGISTRY = f"{BASE}/issuers/resident-registry"
TAX_SERVICE = f"{BASE}/issuers/national-tax-service"
REGISTER_VCT = f"{REGISTRY}/types/resident-register/1"
TAX_VCT = f"{TAX_SERVICE}/types/tax-payment/1"
STATUS_URI = "https://status.example/lists/1"
LEDGER_URL = "https://ledger.example"
WALLET_URL = "https://wallet.example"

# What a desk chooses from; the other belongs to a consent that stands.
FLOWS = tuple(flow for flow in Flow if flow is not Flow.STANDING)

NAME = "홍길동-CANARY-NAME"
ADDRESS = "서울특별시 CANARY-ADDRESS 1"
REGISTER_CLAIMS: JsonObject = {
    "age_over_14": True,
    "age_over_19": True,
    "applicant": NAME,
    "household": {"head_name": NAME, "formed_on": "2001-02-03"},
    "current_address": {"address": ADDRESS, "moved_in_on": "2020-05-06"},
    "members": [
        {"name": NAME, "relation": "본인", "resident_number_back": "1234567"},
        {"name": "김영희-CANARY-NAME", "relation": "배우자", "resident_number_back": "2345678"},
    ],
}
TAX_CLAIMS: JsonObject = {
    "taxpayer": {"name": NAME, "resident_number_back": "1234567"},
    "no_arrears": True,
    "validity": {"until": "2026-12-22"},
}


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Roots:
    """One root per role, the trust list that names them, and a root nobody trusts."""

    def __post_init__(self) -> None:
        started = NOW - timedelta(days=400)
        self.of = {
            role: CertificateAuthority.create(
                f"Test {role.value} root", role, started, country="KR"
            )
            for role in Role
        }
        self.rogue = {
            role: CertificateAuthority.create(
                f"Rogue {role.value} root", role, started, country="KR"
            )
            for role in Role
        }
        self.trusted = set(Role)
        self.scope: tuple[str, ...] = ()
        self.expires_at = NOW + timedelta(days=3650)

    def trust(self) -> TrustList:
        entries = tuple(
            TrustEntry.of(
                role,
                authority.anchor.certificate,
                now=NOW - timedelta(days=1),
                scope=self.scope if role is Role.ISSUER else (),
            )
            for role, authority in self.of.items()
            if role in self.trusted
        )
        return TrustList(entries, NOW - timedelta(days=1), self.expires_at, timedelta(minutes=5))


@dataclass
class Certified:
    """A signing key with its certificate chain."""

    signer: SoftwareSigner
    chain: tuple[bytes, ...]

    @classmethod
    def by(
        cls, authority: CertificateAuthority, name: str, *, now: datetime = NOW, **names: Any
    ) -> "Certified":
        signer = SoftwareSigner.generate()
        chain = authority.issue(signer.public, name, now=now - timedelta(days=1), **names)
        return cls(signer, chain)

    @property
    def x5c(self) -> list[str]:
        return [to_base64(certificate) for certificate in self.chain]


class Keys:
    """The keys of the relying parties, made at the first use; `rotate` gives one a new key."""

    def __init__(self, roots: Roots) -> None:
        self.roots = roots
        self.kept: dict[str, list[PartyKey]] = {}

    def current(self, party: str) -> PartyKey:
        if party not in self.kept:
            self.rotate(party)
        return self.kept[party][-1]

    def by_leaf(self, party: str, leaf_sha256: bytes) -> PartyKey:
        for key in self.kept.get(party, []):
            if key.leaf_sha256 == leaf_sha256:
                return key
        raise VerifierError(Failure.KEY_NOT_READY)

    def rotate(self, party: str) -> None:
        root = self.roots.of[Role.VERIFIER]
        made = Certified.by(root, party, organization_id=party, dns_names=("desk.example",))
        self.kept.setdefault(party, []).append(PartyKey(made.signer, made.chain))


@dataclass
class Network(Outbound):
    """Addresses and who answers there; every question is remembered.

    Of ``failing`` addresses the next answers never come, of ``lost`` ones what was asked is done
    and the answer does not arrive.
    """

    answering: dict[str, Callable[[bytes], Reply]] = field(default_factory=dict)
    failing: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def to(self, url: str) -> int:
        return self.asked.count(url)

    @override
    async def get(
        self,
        url: str,
        *,
        accept: str,
        limit: int = DEFAULT_LIMIT,
        authorization: str | None = None,
    ) -> Reply:
        return self._ask(url, b"", limit)

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
        return self._ask(url, content, limit)

    def _ask(self, url: str, content: bytes, limit: int) -> Reply:
        self.asked.append(url)
        if self.failing.get(url, 0) > 0:
            self.failing[url] -= 1
            raise OutboundError(OutboundFailure.UNREACHABLE, url.split("/")[2])
        answer = self.answering.get(url)
        if answer is None:
            return Reply(404, "text/html", b"<h1>Not found</h1>")
        reply = answer(content)
        assert len(reply.body) <= limit
        if self.lost.get(url, 0) > 0:
            self.lost[url] -= 1
            raise OutboundError(OutboundFailure.TIMED_OUT, url.split("/")[2])
        return reply


@dataclass
class LedgerOfTest:
    """A log in memory that believes a submission only as the real one does."""

    roots: Roots
    network: Network
    status: int = 200
    bodies: list[bytes] = field(default_factory=list)
    entries: list[bytes] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    by_key: dict[str, int] = field(default_factory=dict)
    change: Callable[[JsonObject], JsonObject] = lambda answer: answer

    def __post_init__(self) -> None:
        self.signer = NoteSigner("ledger.example/2026", SoftwareSigner.generate(Algorithm.ED25519))
        self.network.answering[f"{LEDGER_URL}/consent/entries"] = self._post

    def _post(self, body: bytes) -> Reply:
        self.bodies.append(body)
        if self.status != 200:
            return Reply(self.status, "application/json", b'{"error":"ledger_busy"}')
        answer = self.append(body.decode()).as_dict()
        return Reply(200, "application/json", dumps(self.change(answer)))

    def append(self, token: str) -> EntryProof:
        signed = verify_submission(
            token,
            expected_audience=self.signer.verifier_key.name,
            trust=self.roots.trust,
            now=NOW,
        )
        submission = signed.submission
        if submission.entry.type is EntryType.OVER_ASKED:
            label = party_label(signed.submitter.id, self.signer.verifier_key.name)
            assert label == submission.entry.label
        else:
            assert submission.mac_key is not None
            submission.check_mac(submission.mac_key)
        index = self.by_key.setdefault(submission.entry.key, len(self.entries))
        if index == len(self.entries):
            self.entries.append(self._leaf(submission.entry).octets())
            self.submissions.append(submission)
        return self._proof(index)

    def records(self, label: bytes) -> tuple[NumberedRecord, ...]:
        """Return what was deposited under a label, as the fold reads it."""
        found = []
        for entry, submission in zip(self.entries, self.submissions, strict=True):
            leaf = Leaf.parse(entry)
            if leaf.label == label and submission.deposit is not None:
                found.append(NumberedRecord(leaf.number, submission.deposit.record))
        return tuple(found)

    def _leaf(self, entry: NewEntry) -> Leaf:
        before = [leaf for leaf in map(Leaf.parse, self.entries) if leaf.label == entry.label]
        previous = before[-1].hash() if before else None
        return Leaf(entry.type, entry.label, len(before) + 1, previous, entry.commitment)

    def _proof(self, index: int) -> EntryProof:
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
class StatusProvider:
    """One status list; ``token`` overrides what is served."""

    roots: Roots
    network: Network
    clock: Clock
    statuses: dict[int, int] = field(default_factory=dict)
    ttl: timedelta = timedelta(seconds=60)
    lifetime: timedelta = timedelta(hours=1)
    subject: str = STATUS_URI
    size: int = 1000
    media_type: str = MEDIA_TYPE

    def __post_init__(self) -> None:
        self.certified = Certified.by(self.roots.of[Role.STATUS], "Status provider")
        self.network.answering[STATUS_URI] = self.answer

    def answer(self, _body: bytes) -> Reply:
        return Reply(200, self.media_type, self.token().encode())

    def token(self) -> str:
        return issue_status_token(
            StatusList.of(4, self.size, self.statuses.items()),
            uri=self.subject,
            signer=self.certified.signer,
            x5c=self.certified.x5c,
            now=self.clock.now,
            exp=self.clock.now + self.lifetime,
            ttl=self.ttl,
        )


@dataclass
class Held:
    """A credential in a test wallet, with the key it is bound to."""

    text: str
    key: SoftwareSigner
    issuer: SoftwareSigner

    def verified(self) -> VerifiedSdJwt:
        return verify_vc(
            parse_issued_sd_jwt(self.text),
            self.issuer.public.verification_key(),
            profile=Profile.HAIP,
            now=NOW,
            skew=timedelta(days=36500),
        ).sd

    def show(self, *paths: str) -> str:
        """Return the presentation of claims (dotted), without key binding."""
        verified = self.verified()
        chosen = [
            path
            for text in paths
            for path in ClaimsPathPointer.parse_dotted(text).select(verified.claims)
        ]
        return present(verified, chosen)


@dataclass
class Issuer:
    """An authority that signs whatever it is asked to."""

    certified: Certified
    name: str = REGISTRY

    def issue(self, **changes: Any) -> Held:
        key = changes.pop("key", None) or SoftwareSigner.generate()
        frame = changes.pop("frame", None)
        new: dict[str, Any] = {
            "vct": REGISTER_VCT,
            "issuer": self.name,
            "claims": REGISTER_CLAIMS,
            "holder": key.public,
            "issued_at": NOW - timedelta(hours=1),
            "expires_at": NOW + timedelta(days=90),
            "status": StatusReference(STATUS_URI, 7),
        } | changes
        issued = issue_vc(
            NewVc(**new),
            signer=self.certified.signer,
            x5c=self.certified.x5c,
            entropy=SYSTEM_ENTROPY,
            frame=frame,
            decoys=2,
        )
        return Held(issued.serialize(), key, self.certified.signer)

    def tax(self, **changes: Any) -> Held:
        new = {"vct": TAX_VCT, "issuer": TAX_SERVICE, "claims": TAX_CLAIMS} | changes
        return self.issue(**new)


@dataclass
class Wallet:
    """Answers requests; each step can be replaced by a wrong one."""

    world: "World"
    holder: SoftwareSigner = field(default_factory=SoftwareSigner.generate)

    async def open(self, asked: AskedQuestion, nonce: str | None = None) -> VerifiedRequest:
        """Return the request behind a link, fetched and checked as a wallet does."""
        link = RequestUri.parse(asked.request_uri)
        token = await self.world.verifiers.request_object(asked.transaction_id, nonce)
        return verify_request_object(
            token,
            expected_client_id=link.client_id,
            expected_wallet_nonce=nonce,
            grounds=Grounds(self.world.roots.trust().anchors(Role.VERIFIER, NOW)),
            now=self.world.clock.now,
        )

    def bound(
        self,
        presentation: str,
        request: AuthorizationRequest,
        key: SoftwareSigner,
        **changes: Any,
    ) -> str:
        """Return the presentation with key binding; ``changes`` replaces what is signed."""
        signed: dict[str, Any] = {
            "audience": request.client_id,
            "nonce": request.nonce,
            "now": self.world.clock.now,
        } | changes
        return bind(presentation, signer=key, **signed)

    def body(
        self,
        request: AuthorizationRequest,
        token: Mapping[str, Sequence[str]],
        *,
        consent: JsonValue = None,
    ) -> bytes:
        """Return the form to post."""
        by_query = tuple((name, tuple(texts)) for name, texts in token.items())
        response = AuthorizationResponse(VpToken(by_query), request.state, consent)
        return encode_response(response, request)

    def consent(
        self, opened: VerifiedRequest, presented: VerifiedSdJwt, **changes: Any
    ) -> JsonObject:
        """Record the consent and return what is handed over with the answer."""
        offer = read_verifier_info([e.as_dict() for e in opened.request.verifier_info])
        assert offer is not None
        pair, holder = PairSecret(SYSTEM_ENTROPY(32), SYSTEM_ENTROPY(32)), self.holder
        salt = changes.pop("salt", None) or SYSTEM_ENTROPY(32)
        evidence: dict[str, Any] = {
            "request_sha256": hashlib.sha256(opened.hashed_part).digest(),
            "terms_sha256": offer.terms.sha256(),
            "terms_binding": TermsBinding.SHOWN,
            "disclosure_commitment": commit_disclosures(
                salt,
                digest_of(presented.presented, presented.sd_alg),
                [found.disclosure.digest for found in presented.disclosed],
            ),
            "key": HolderKey.KEPT,
            "random": offer.random,
            "notice_sha256": offer.terms.notice.sha256.ko,
            "registration_sha256": offer.registration_sha256,
            "kb_sha256": key_binding_commitment(salt, signed_part_sha256(presented.kb_jwt or "")),
            "pair_key": pair_key(holder.public),
            "flow": offer.flow,
        } | changes.pop("evidence", {})
        said: dict[str, Any] = {
            "record_id": RECORD_ID,
            "consent_id": RECORD_ID,
            "event_state": EventState.GIVEN,
            "event_time": NOW,
            "label": pair.label,
            "controller": offer.terms.receiver.party,
            "asked": Asked(requested=("age_over_19",)),
            "evidence": Evidence(**evidence),
            "language": "ko",
            "jurisdiction": "KR",
        } | changes
        record = ConsentRecord(**said)
        record_salt = SYSTEM_ENTROPY(32)
        entry = NewEntry(record.entry_type, pair.label, record.commitment(record_salt), "k" * 16)
        ledger = self.world.ledger
        submission = sign_submission(
            entry,
            deposit=Deposit(record, record_salt, offer.terms),
            pair=pair,
            audience=ledger.signer.verifier_key.name,
            signer=holder,
            opens=True,
        )
        receipt = Receipt(
            record=record,
            record_salt=record_salt,
            log=ledger.append(submission),
            terms=offer.terms,
            disclosure_salt=salt,
            holder_signature=sign_body(
                body_sha256(record, offer.terms), record.commitment(record_salt), signer=holder
            ),
        )
        return Handover(receipt, pair).as_dict()


RECORD_ID = "0b0f9b1c-6b7e-4f0e-9a55-0d7d6c4b8a11"


@dataclass
class World:
    """A relying party with everything around it."""

    store: VerifiersStore
    roots: Roots = field(default_factory=Roots)
    clock: Clock = field(default_factory=Clock)
    skew_seen: SkewSeen = lambda _used: None

    def __post_init__(self) -> None:
        self.original_keys: dict[str, DataKey] = {}
        self.network = Network()
        self.ledger = LedgerOfTest(self.roots, self.network)
        self.status = StatusProvider(self.roots, self.network, self.clock)
        self.keys = Keys(self.roots)
        root = self.roots.of[Role.ISSUER]
        named = (REGISTRY, TAX_SERVICE)
        self.issuer = Issuer(Certified.by(root, "Resident registry", uris=named))
        self.wallet = Wallet(self)
        self.data_key = DataKey.generate()
        self.verifiers = self.started()

    def started(self, **more: Any) -> Verifiers:
        """Return the room as a process that has just started on this store has it."""
        return Verifiers(
            base=BASE,
            store=self.store,
            outside=VerifiersClient(self.network, ledger_url=LEDGER_URL, wallet_url=WALLET_URL),
            party_keys=self.keys,
            data_key=self.data_key,
            original_key=lambda party: self.original_keys.setdefault(party, DataKey.generate()),
            log_key=lambda: self.ledger.signer.verifier_key,
            trust=self.roots.trust,
            clock=self.clock,
            entropy=SYSTEM_ENTROPY,
            skew_seen=self.skew_seen,
            types=load_types(Path("nowhere")),
            **more,
        )

    async def ask(self, profile: str = "adult-check", wish: Wish | None = None) -> AskedQuestion:
        return await self.verifiers.ask_profile(profile, wish or Wish())

    async def post(self, asked: AskedQuestion, body: bytes) -> Acknowledgement:
        return await self.verifiers.receive(asked.transaction_id, body)

    async def answer(self, asked: AskedQuestion, held: Held | None = None) -> Acknowledgement:
        """Answer an adult check as an honest wallet of another maker does."""
        held = held or self.issuer.issue()
        opened = await self.wallet.open(asked)
        request = opened.request
        shown = self.wallet.bound(held.show("age_over_19"), request, held.key)
        return await self.post(asked, self.wallet.body(request, {"adult": [shown]}))

    async def state(self, asked: AskedQuestion) -> JsonObject:
        return (await self.verifiers.result(asked.transaction_id)).as_dict()
