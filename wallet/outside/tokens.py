"""What the wallet proves itself with to one issuer: the keys of one issuance, and its token.

The keys are new for each issuance, so that two issuers, or one issuer twice, see nothing in common
(HAIP section 4.4.1). They are kept, sealed, as long as the token they belong to is of use.
"""

from dataclasses import dataclass, field
from typing import Self

from keys import base64url
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue
from standards.oauth.dpop import TOKEN_TYPE


@dataclass(frozen=True, slots=True)
class ClientKeys:
    """The key of this instance that the provider attests, and the key tokens are bound to."""

    instance: SoftwareSigner = field(repr=False)
    dpop: SoftwareSigner = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """Return new keys for one issuance."""
        return cls(SoftwareSigner.generate(), SoftwareSigner.generate())

    def as_dict(self) -> JsonObject:
        """Return the private keys as JSON: only to be sealed at once."""
        return {"instance": kept(self.instance), "dpop": kept(self.dpop)}

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read what `as_dict` wrote; anything else is a bug (ValueError)."""
        match value:
            case {"instance": str(instance), "dpop": str(dpop)}:
                return cls(signer_of(instance), signer_of(dpop))
            case _:
                raise ValueError("these are not the keys of an issuance")


@dataclass(frozen=True, slots=True)
class TokenInUse:
    """An access token and the key it is bound to; without one whoever has it may use it."""

    access_token: str = field(repr=False)
    dpop: SoftwareSigner | None = field(default=None, repr=False)

    @property
    def authorization(self) -> str:
        """The value of the ``Authorization`` header (RFC 6750 section 2.1, RFC 9449 section 7)."""
        scheme = "Bearer" if self.dpop is None else TOKEN_TYPE
        return f"{scheme} {self.access_token}"

    def as_dict(self) -> JsonObject:
        """Return token and key as JSON: only to be sealed at once."""
        return {
            "access_token": self.access_token,
            "dpop": None if self.dpop is None else kept(self.dpop),
        }

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read what `as_dict` wrote; anything else is a bug (ValueError)."""
        match value:
            case {"access_token": str(token), **others}:
                dpop = others.get("dpop")
                # What was kept by an earlier release knows no bound tokens.
                return cls(token, signer_of(dpop) if isinstance(dpop, str) else None)
            case _:
                raise ValueError("this is not a token in use")


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a later token is asked for with: the refresh token and the keys it is bound to.

    ``server`` is the issuer identifier of the authorization server.
    """

    server: str
    refresh_token: str = field(repr=False)
    keys: ClientKeys = field(repr=False)

    def as_dict(self) -> JsonObject:
        """Return token and keys as JSON: only to be sealed at once."""
        return {
            "server": self.server,
            "refresh_token": self.refresh_token,
            "keys": self.keys.as_dict(),
        }

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read what `as_dict` wrote; anything else is a bug (ValueError)."""
        match value:
            case {"server": str(server), "refresh_token": str(token), "keys": keys}:
                return cls(server, token, ClientKeys.parse(keys))
            case _:
                raise ValueError("this is not what a token is renewed with")


def kept(signer: SoftwareSigner) -> str:
    """Return a private key as text: only to be sealed at once."""
    return base64url.encode(signer.private_octets())


def signer_of(text: str) -> SoftwareSigner:
    """Return the key that `kept` wrote."""
    return SoftwareSigner.from_der(base64url.decode(text))
