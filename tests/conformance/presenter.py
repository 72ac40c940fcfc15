"""Who plays the wallet where a module breaks a rule of key binding: all is made by hand."""

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.serialization import Encoding

from tests.conformance.asking import Asking
from tests.conformance.bundles.wallet import reading
from tests.conformance.exchanges import Exchange
from tests.conformance.presentation_messages import NAME, kept, sealed_to
from tests.conformance.signing import Key, now
from tests.interop.foreign_authority import ForeignAuthority

VCT = "https://library.example/types/card"
QUERY: dict[str, Any] = {
    "credentials": [
        {
            "id": "card",
            "format": "dc+sd-jwt",
            "meta": {"vct_values": [VCT]},
            "claims": [{"path": ["name"]}],
        }
    ]
}


@dataclass
class Presenter:
    """A holder of one card of another maker, in front of our verifier."""

    asking: Asking
    authority: ForeignAuthority
    key: Key = field(default_factory=Key)
    request: dict[str, Any] = field(default_factory=dict)
    signed: dict[str, Any] = field(default_factory=dict)
    last: Exchange | None = None

    def card(self, **changed: Any) -> str:
        """The card as its issuer signed it, without disclosures."""
        claims = {
            "iss": "https://library.example",
            "vct": VCT,
            "iat": now(),
            "exp": now(hours=1),
            "cnf": {"jwk": self.key.jwk},
            "_sd": [reading.hashed(NAME)],
        }
        leaf = self.authority.leaf.public_bytes(Encoding.DER)
        header = {"typ": "dc+sd-jwt", "x5c": [b64encode(leaf).decode()]}
        return Key(self.authority.leaf_key).sign(kept(claims | changed), **header)

    def binding(self, shown: str, **changed: Any) -> str:
        """The key binding of what is shown; claims can be put in others' place.

        ``signed`` is what an honest holder would have signed.
        """
        self.request = self.request or self.asking.fetch()
        self.signed = {
            "iat": now(),
            "aud": self.request["client_id"],
            "nonce": self.request["nonce"],
            "sd_hash": reading.hashed(shown),
        }
        return self.key.sign(kept(self.signed | changed), typ="kb+jwt")

    def shown(self, card: str | None = None) -> str:
        """The card with the claim that is asked for."""
        return f"{card or self.card()}~{NAME}~"

    def show(self, **changed: Any) -> Exchange:
        """Show the card; of its key binding the claims given are others."""
        shown = self.shown()
        return self.post(shown + self.binding(shown, **changed))

    def post(self, presentation: str) -> Exchange:
        """Send a presentation in the mode that was asked for."""
        request = self.request
        said = {"vp_token": {"card": [presentation]}, **kept({"state": request.get("state")})}
        form = sealed_to(said, request)
        kind = {"content-type": "application/x-www-form-urlencoded"}
        answer = self.asking.service.http.post(
            request["response_uri"], content=urlencode(form), headers=kind
        )
        self.last = Exchange.of(answer)
        return self.last
