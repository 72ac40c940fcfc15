"""Who plays the wallet where a module breaks a rule: every message is made by hand."""

import json
from dataclasses import dataclass
from typing import Any

from joserfc import jwe
from joserfc.jwk import ECKey

from tests.conformance.bundles import metadata, offer
from tests.conformance.code_flow import CodeFlow
from tests.conformance.exchanges import Exchange
from tests.conformance.service import UnderTest
from tests.conformance.signing import Key, now


@dataclass
class Prober:
    """One run at one authority, step by step.

    With a ``flow`` the wallet is attested and its token bound, else it is anonymous with a
    pre-authorized code. ``encrypted`` runs send requests as JWE and want such answers.
    """

    service: UnderTest
    flow: CodeFlow | None = None
    encrypted: bool = False
    kind: str = "tax-payment"
    last: Exchange | None = None

    @property
    def issuer(self) -> str:
        return self.service.issuer()

    def post(self, path: str, **what: Any) -> Exchange:
        """Ask one of the authority's endpoints."""
        self.last = Exchange.of(self.service.http.post(f"{self.issuer}{path}", **what))
        return self.last

    def access(self) -> str:
        """A fresh access token."""
        if self.flow is not None:
            return str(self.flow.tokens()["access_token"])
        handed = offer.by_value(self.service.order(self.kind)["credential_offer_uri"])
        code = handed["grants"][offer.PRE_AUTHORIZED]["pre-authorized_code"]
        form = {"grant_type": offer.PRE_AUTHORIZED, "pre-authorized_code": code}
        return str(self.post("/token", data=form).json()["access_token"])

    def nonce(self) -> str:
        """A fresh nonce of the authority."""
        return str(self.post("/nonce").json()["c_nonce"])

    def proof(self, nonce: str, key: Key | None = None, **claims: Any) -> str:
        """A key proof; claims can be put in others' place."""
        signer = key or Key()
        payload = {"aud": self.issuer, "iat": now(), "nonce": nonce, **claims}
        return signer.sign(payload, typ="openid4vci-proof+jwt", jwk=signer.jwk)

    def ask(self, access: str, **body: Any) -> Exchange:
        """Ask the credential endpoint; what is None is left out."""
        wanted = {"credential_configuration_id": self.kind} | body
        headers = self._bearer(access)
        if self.encrypted:
            encryption = {"jwk": Key().jwk | {"alg": "ECDH-ES", "kid": "1"}, "enc": "A128GCM"}
            wanted = {"credential_response_encryption": encryption} | wanted
            headers["Content-Type"] = "application/jwt"
        else:
            headers["Content-Type"] = "application/json"
        request = json.dumps({name: each for name, each in wanted.items() if each is not None})
        content = self._sealed(request) if self.encrypted else request
        return self.post("/credential", content=content, headers=headers)

    def proofs(self, *proofs: str) -> dict[str, Any]:
        """The member that carries `jwt` proofs; one good proof when none are named."""
        return {"proofs": {"jwt": [*(proofs or (self.proof(self.nonce()),))]}}

    def _bearer(self, access: str) -> dict[str, str]:
        return (
            {"Authorization": f"Bearer {access}"} if self.flow is None else self.flow.bound(access)
        )

    def _sealed(self, text: str) -> str:
        """A request for the key in the metadata (section 10)."""
        published = self.service.fetch(metadata.address_of(self.issuer)).json()
        [jwk] = published["credential_request_encryption"]["jwks"]["keys"]
        header = {"alg": jwk["alg"], "enc": "A128GCM", "kid": jwk["kid"]}
        return jwe.encrypt_compact(header, text, ECKey.import_key(jwk))
