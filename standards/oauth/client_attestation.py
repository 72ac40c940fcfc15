"""Attestation-based client authentication (draft-ietf-oauth-attestation-based-client-auth-07).

A wallet provider vouches for an instance of its wallet and the key it keeps; the instance proves
that key anew for each request. Later drafts leave out ``iss``; here it is required.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from keys import jws
from keys.errors import KeysError
from keys.jwk import Algorithm, PublicJwk
from keys.jwt_time import check_times, numeric_date, seconds
from keys.signed_by_chain import verify_signed_by_chain
from keys.signer import Signer
from keys.strict_json import JsonObject, JsonValue, dumps
from keys.x509 import Anchor, Role, ValidatedChain
from standards.members import Members, members, present
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError

# Section 6.1, and section 8.1 for the challenge in an answer.
ATTESTATION_HEADER: Final = "OAuth-Client-Attestation"
POP_HEADER: Final = "OAuth-Client-Attestation-PoP"
CHALLENGE_HEADER: Final = "OAuth-Client-Attestation-Challenge"
# Section 13.4: the name among ``token_endpoint_auth_methods_supported``.
METHOD: Final = "attest_jwt_client_auth"
ATTESTATION_TYP: Final = "oauth-client-attestation+jwt"
POP_TYP: Final = "oauth-client-attestation-pop+jwt"
# A proof is made for the request it goes with; its ``jti`` is worth remembering this long.
MAX_POP_AGE: Final = timedelta(minutes=5)
# Nobody is asked whether an attestation was taken back, so it has to be renewed.
MAX_ATTESTATION_AGE: Final = timedelta(days=31)
# A chain of five certificates, and little else.
ATTESTATION_LIMIT: Final = 64 * 1024
POP_LIMIT: Final = 16 * 1024

# Returns when the challenge is one the server gave out, else raises `use_attestation_challenge`;
# None asks about a proof without a challenge.
ChallengeCheck = Callable[[str | None], None]

_ES256: Final = frozenset({Algorithm.ES256})


@dataclass(frozen=True, slots=True)
class ClientAttestation:
    """What a wallet provider says: this key belongs to an instance of that client (section 5.1).

    ``client_id`` is shared by all instances of a wallet; only ``key`` tells them apart.
    """

    issuer: str
    client_id: str
    key: PublicJwk
    issued_at: datetime
    expires_at: datetime

    def as_dict(self) -> JsonObject:
        """Return the claims of the token."""
        key = PublicJwk(self.key.algorithm, self.key.x, self.key.y)
        return {
            "iss": self.issuer,
            "sub": self.client_id,
            "iat": seconds(self.issued_at),
            "exp": seconds(self.expires_at),
            "cnf": {"jwk": key.as_dict()},
        }


@dataclass(frozen=True, slots=True)
class AttestationPop:
    """What the instance says with its key, for one request (section 5.2).

    ``audience`` is the issuer identifier of the authorization server; ``challenge`` the one it
    gave out, None where it gives out none.
    """

    client_id: str
    audience: str
    jti: str
    issued_at: datetime
    challenge: str | None = None

    def as_dict(self) -> JsonObject:
        """Return the claims of the token."""
        return present(
            {
                "iss": self.client_id,
                "aud": self.audience,
                "jti": self.jti,
                "iat": seconds(self.issued_at),
                "challenge": self.challenge,
            }
        )


@dataclass(frozen=True, slots=True)
class AttestedClient:
    """A client whose instance proved its key; only `verify_client_attestation` makes one.

    ``attester`` is the ``iss`` of the attestation. Whether the client is registered, and whether
    ``jti`` was used before, is for the server to say.
    """

    client_id: str
    instance_key: PublicJwk
    attester: str
    jti: str


def make_client_attestation(
    attestation: ClientAttestation, signer: Signer, x5c: Sequence[str]
) -> str:
    """Return the value of the ``OAuth-Client-Attestation`` header; ``x5c`` without the root."""
    header: JsonObject = {"typ": ATTESTATION_TYP, "x5c": list[JsonValue](x5c)}
    return jws.sign(header, dumps(attestation.as_dict()), signer)


def make_attestation_pop(pop: AttestationPop, signer: Signer) -> str:
    """Return the value of the ``OAuth-Client-Attestation-PoP`` header, by the instance key."""
    return jws.sign({"typ": POP_TYP}, dumps(pop.as_dict()), signer)


def use_attestation_challenge() -> OAuthRequestError:
    """Return the error for a proof without the challenge it should hold (section 6.2)."""
    return OAuthRequestError(
        OAuthErrorCode.USE_ATTESTATION_CHALLENGE, "prove again with a fresh challenge"
    )


def verify_client_attestation(
    attestations: Sequence[str],
    pops: Sequence[str],
    *,
    expected_audience: str,
    anchors: Sequence[Anchor],
    check_challenge: ChallengeCheck,
    now: datetime,
) -> AttestedClient:
    """Return the client that the two headers of a request prove, or raise `OAuthRequestError`.

    ``anchors`` are the roots of wallet providers. As section 9 lists them:

    1. exactly one header of each name
    2. an attestation signed by a trusted provider, whose root may vouch for this client; in time,
       else invalid_client_attestation, and young enough, else use_fresh_attestation
    3. a proof by the instance key in it, by the same client, for this server, made just now
    4. with a challenge that ``check_challenge`` takes; it is asked last
    """
    if len(attestations) != 1 or len(pops) != 1:  # 1
        raise _invalid("exactly one attestation and one proof are needed")
    try:
        attested = _attested(attestations[0], anchors, now)  # 2
        proof = _proof(pops[0], attested.instance_key, now)  # 3
    except KeysError as error:
        raise _invalid(error.detail) from None
    if proof.text("iss") != attested.client_id:
        raise _invalid("iss of the proof is not sub of the attestation")
    if proof.text("aud") != expected_audience:
        raise _invalid("aud is not this authorization server")
    jti = proof.text("jti")
    check_challenge(proof.optional_text("challenge"))  # 4
    return AttestedClient(attested.client_id, attested.instance_key, attested.attester, jti)


@dataclass(frozen=True, slots=True)
class _Attested:
    client_id: str
    instance_key: PublicJwk
    attester: str


def _attested(token: str, anchors: Sequence[Anchor], now: datetime) -> _Attested:
    signed = verify_signed_by_chain(
        token,
        expected_typ=ATTESTATION_TYP,
        anchors=anchors,
        role=Role.WALLET_PROVIDER,
        now=now,
        limit=ATTESTATION_LIMIT,
        algorithms=_ES256,
    )
    claims = signed.token.claims()
    times = check_times(claims, now=now, require_exp=True)
    if times.iat is not None and now - times.iat > MAX_ATTESTATION_AGE:
        raise OAuthRequestError(OAuthErrorCode.USE_FRESH_ATTESTATION, "the attestation is too old")
    reader = members(claims, "attestation", _invalid)
    attester, client_id = reader.text("iss"), reader.text("sub")
    _check_provider(signed.signer, attester, client_id)
    return _Attested(client_id, _instance_key(reader), attester)


def _check_provider(provider: ValidatedChain, attester: str, client_id: str) -> None:
    """Hold ``iss`` against the certificate's addresses, ``sub`` against its root's scope."""
    if provider.uris and attester not in provider.uris:
        raise _invalid("iss is not the owner of the certificate")
    if provider.anchor.scope and client_id not in provider.anchor.scope:
        raise _invalid("this provider does not vouch for this client")


def _instance_key(reader: Members) -> PublicJwk:
    key = PublicJwk.parse(reader.object("cnf").object("jwk").value)
    if key.algorithm not in _ES256:
        raise _invalid(f"alg {key.algorithm} is not accepted")
    return key


def _proof(token: str, key: PublicJwk, now: datetime) -> Members:
    unverified = jws.parse(token, limit=POP_LIMIT)
    claims = jws.verify(unverified, key.verification_key(), expected_typ=POP_TYP).claims()
    check_times(claims, now=now)
    issued_at = numeric_date(claims.get("iat"))
    if now - issued_at > MAX_POP_AGE:
        raise _invalid("iat of the proof is not near enough to now")
    return members(claims, "proof of the instance key", _invalid)


def _invalid(detail: str) -> OAuthRequestError:
    return OAuthRequestError(OAuthErrorCode.INVALID_CLIENT_ATTESTATION, detail)
