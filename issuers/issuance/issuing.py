"""From an access token and key proofs to signed certificates (OpenID4VCI section 8).

1. the request asks for what the token is good for, in a form we can answer;
2. every proof proves another key, with a nonce of ours;
3. the authority's record gives the claims, or says that the citizen is not entitled; they must be
   of the person the order was about (`issuers.certificate.tripwire`);
4. nonce, places on the status list, the certificate and its notices are written down;
5. each key gets its own copy: fresh salts, its own place, times that tell nothing; each is read
   again before it leaves.

Between 4 and 5 a crash, or an answer that is lost, wastes places and nothing else: the wallet asks
again with a fresh nonce, and gets further copies of the certificate that is in the book already.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from consent.forms.statutory import StatutoryView
from issuers.certificate.kind import Application, Kind
from issuers.certificate.statutory import narrowed
from issuers.certificate.tripwire import Identity, identities_in
from issuers.errors import IssuerError, IssuerFailure
from issuers.numbers.nonces import UsedNonce
from issuers.numbers.numbering import Numbers
from issuers.offers.offer import Entitlement
from issuers.status.signing_keys import CertifiedSigner
from keys.entropy import Entropy
from keys.json_value import JsonObject
from keys.jwk import PublicJwk
from standards.formats.credential import NewCredential
from standards.formats.known import format_of
from standards.openid4vci.credential import CredentialRequest
from standards.sd_jwt.frame import Frame
from standards.status_list.reference import StatusReference

# Days are Korean days; there is no daylight saving time.
KOREA = timezone(timedelta(hours=9))
# Enough to show a certificate to many parties unlinkably, few enough to store.
BATCH_SIZE = 10
# Behind the elements of every array, so that their number does not tell a household's size.
# Objects are filled up to the lines of their form instead (`Kind.frame`).
DECOYS = 2


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate as the authority keeps it: all its copies share the issue number.

    ``expires_at`` is the end of its last day in Korea. No claim is kept, only ``statement_mac``
    over all of them (`issuers.issuance.superseding`); None in entries of earlier releases.
    """

    number: str
    entitlement: Entitlement
    issued_at: datetime
    expires_at: datetime
    statement_mac: bytes | None = None


@dataclass(frozen=True, slots=True)
class Issuance:
    """What is written in one step: the certificate, its copies, and what was used up for it.

    ``concerned`` are the citizens to be given notice of it. ``moves`` is how many moves the
    subject's household had when the record was read; None when it is not of the register.
    ``transaction`` is the deferred one that ends by it, its hash; then the request that began it
    has used up its token and nonces already. ``supersedes`` is the number of the certificate that
    this one takes the place of, empty for none.
    """

    certificate: Certificate
    copies: int
    token_hash: bytes
    nonces: tuple[UsedNonce, ...]
    concerned: tuple[str, ...]
    moves: int | None = None
    transaction: bytes | None = None
    supersedes: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """What the authority states, the same in every copy; ``named`` is everybody it tells of.

    ``frame`` says how each copy hides it.
    """

    format: str
    vct: str
    issuer: str
    claims: JsonObject
    frame: Frame
    issued_at: datetime
    expires_at: datetime
    named: tuple[Identity, ...]


def check_request(
    request: CredentialRequest, entitlement: Entitlement, identifiers: tuple[str, ...] = ()
) -> None:
    """Return when the request asks for what the token is good for, or raise `IssuerError`.

    A token that came with ``credential_identifiers`` is asked by one of them and by nothing else
    (section 8.2): unknown_identifier, unknown_configuration, malformed.
    """
    asked = request.credential_identifier
    if asked is not None and asked not in identifiers:
        detail = "the access token came with no such credential_identifier"
        raise IssuerError(IssuerFailure.UNKNOWN_IDENTIFIER, detail)
    if asked is not None:
        return
    if request.credential_configuration_id != entitlement.kind:
        detail = "the access token is for another credential configuration"
        raise IssuerError(IssuerFailure.UNKNOWN_CONFIGURATION, detail)
    if identifiers:
        detail = "ask by the credential_identifier that came with the access token"
        raise IssuerError(IssuerFailure.MALFORMED, detail)


def application_for(entitlement: Entitlement, numbers: Numbers, *, now: datetime) -> Application:
    """Return the application with its numbers and today's date in Korea."""
    return Application(
        citizen=entitlement.citizen,
        purpose=entitlement.purpose,
        issued_on=now.astimezone(KOREA).date(),
        issue_number=numbers.issue,
        document_number=numbers.document,
        about=entitlement.about,
        options=entitlement.options,
        view=entitlement.view,
    )


def state(
    kind: Kind[Any], record: object, view: StatutoryView | None, *, base: str, now: datetime
) -> Statement:
    """Return what the authority states about a record, to whomever ``view`` is for.

    Times are the same for everything issued in an hour and ending on a day, so that they do not
    link the copies of a batch (RFC 9901 section 10.1, SECURITY P2).
    """
    claims = kind.claims(record)
    return Statement(
        format=kind.format,
        vct=kind.vct(base),
        issuer=kind.authority.identifier(base),
        claims=narrowed(claims, kind.name, view),
        frame=kind.frame,
        issued_at=now.replace(minute=0, second=0, microsecond=0),
        expires_at=end_of(kind.validity(record).until),
        named=tuple(identities_in(claims)),
    )


def end_of(day: date) -> datetime:
    """Return the moment a day ends in Korea: a certificate is good until then."""
    return datetime.combine(day + timedelta(days=1), time(), KOREA).astimezone(UTC)


def sign_copy(
    statement: Statement,
    holder: PublicJwk,
    place: StatusReference,
    *,
    keys: CertifiedSigner,
    entropy: Entropy,
) -> str:
    """Return one copy, bound to the holder's key: each claim by itself, salts of its own."""
    new = NewCredential(
        type=statement.vct,
        issuer=statement.issuer,
        claims=statement.claims,
        holder=holder,
        issued_at=statement.issued_at,
        expires_at=statement.expires_at,
        status=place,
    )
    return format_of(statement.format).issue(
        new,
        signer=keys.signer,
        x5c=keys.x5c,
        entropy=entropy,
        frame=statement.frame,
        decoys=DECOYS,
    )
