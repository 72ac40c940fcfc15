"""What an issuer of another maker saw of our wallet, held against the wallet's bundles."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from keys.role import Role
from tests.conformance.bundles import metadata
from tests.conformance.bundles.wallet import (
    attestation,
    authorization,
    credential,
    discovery,
    dpop,
    nonce,
    reading,
    token,
)
from tests.conformance.exchanges import Exchange, at
from tests.conformance.holder import HolderOfOurs, Met

HEARD_WITHIN = 30.0
# HAIP's fixed choices: attested, by the code flow, bound tokens, nonces for their proofs.
HAIP: dict[str, Any] = {"grant": "code", "client": "attested", "dpop": True, "dpopNonces": True}


@dataclass
class Taking:
    """One run of our wallet, after it was done."""

    met: Met
    holder: HolderOfOurs
    options: dict[str, Any]

    @property
    def told(self) -> list[Exchange]:
        return self.met.told()

    def at(self, path: str) -> Exchange:
        """The last exchange at an address of the issuer."""
        return at(self.told, f"{self.met.issuer}{path}")

    def take(self) -> dict[str, Any]:
        """Take the offer and hold the run against its bundles; returns the credential request."""
        tx_code = self.options.get("txCode")
        answer = self.holder.take(self.met.offer, **({"tx_code": tx_code} if tx_code else {}))
        assert answer.status in {200, 303}, answer.body
        assert self.vct in self.soon(
            lambda: [each for each in self.holder.kept() if each == self.vct]
        )
        return self.check()

    @property
    def vct(self) -> str:
        """The type of what the issuer hands out."""
        return f"{self.met.issuer}/types/{self.met.configuration}"

    def check(self) -> dict[str, Any]:
        """WK, AUTHZ, ATT, TOKEN, NONCE, CRED, PROOF and STATUS, as far as the options go."""
        discovery.check(self.told, self.met.issuer)
        if self.options.get("grant") == "code":
            self._check_code_flow()
        else:
            code, tx_code = self.met.code, self.options.get("txCode")
            token.check_pre_authorized(self.at("/token"), code, tx_code)
        if self.options.get("client") == "attested":
            self._check_attested()
        if self.options.get("dpop"):
            self._check_bound()
        # STATUS: a status list token is asked for by its type
        assert 200 == self.at("/status").status
        assert "application/statuslist+jwt" in self.at("/status").sent["accept"]
        return self._check_request()

    def _check_code_flow(self) -> None:
        pushed = self.at("/par")
        sent = authorization.check_pushed(pushed, self.holder.redirect_uri, self.met.issuer_state)
        if self.options.get("scope", True):
            assert self.met.configuration == sent["scope"]
            assert "authorization_details" not in sent
        else:
            locations = [self.met.issuer] if self.options.get("named") else []
            authorization.check_details(sent, self.met.configuration, locations)
        [front] = [each for each in self.told if urlsplit(each.url).path.endswith("/authorize")]
        endpoint, named = f"{self.met.issuer}/authorize", pushed.json()["request_uri"]
        authorization.check_front(front.url, endpoint, sent, named)
        [code] = parse_qs(urlsplit(front.headers["location"]).query)["code"]
        token.check_code(self.at("/token"), sent, code)

    def _check_attested(self) -> None:
        challenges = None
        if self.options.get("challenge"):
            endpoint = f"{self.met.issuer}/challenge"
            challenges = attestation.check_challenges(self.told, endpoint)
        roots = self.holder.service.roots(Role.WALLET_PROVIDER)
        paths = {f"{self.met.issuer}/{each}" for each in ("par", "token")}
        asked = [each for each in self.told if each.url in paths and each.status < 300]
        jtis = [
            attestation.check(each, self.holder.client_id, self.met.issuer, roots, challenges)
            for each in asked
        ]
        # CheckForClientAttestationProofJwtReuse
        assert len(jtis) == len(set(jtis)) > 0

    def _check_bound(self) -> None:
        access = self.at("/token").json()["access_token"]
        paths = {"/token": None, "/credential": access}
        if self.options.get("deferred"):
            paths["/deferred"] = access
        addresses = {f"{self.met.issuer}{path}": each for path, each in paths.items()}
        needed = self.met.nonces() if self.options.get("dpopNonces") else [None]
        key = dpop.check_run(self.told, addresses, needed)
        if self.options.get("grant") == "code":
            pushed = self.at("/par")
            authorization.check_key(pushed, reading.form(pushed), key)

    def _check_request(self) -> dict[str, Any]:
        asked, sent = self.at("/credential"), self.met.requests()[-1]
        if self.options.get("encrypted"):
            credential.check_encrypted(asked)
            credential.check_request(asked, sent)
            published = at(self.told, metadata.address_of(self.met.issuer)).json()
            credential.check_response_encryption(sent, published["credential_response_encryption"])
        else:
            assert sent == credential.check_plain(asked)
        identifiers: Sequence[str] = ["card-1"] if self.options.get("details") else []
        credential.check_reference(sent, self.met.configuration, identifiers)
        nonces = nonce.check(self.told, f"{self.met.issuer}/nonce")
        credential.check_proofs(sent, self.met.issuer, nonces[-1])
        return sent

    def soon(self, heard: Callable[[], list[Any]]) -> Any:
        """What is heard, a while later at the most: a wallet does some things in its own time."""
        until = time.monotonic() + HEARD_WITHIN
        while not (found := heard()):
            assert time.monotonic() < until, "nothing was heard"
            time.sleep(0.1)
        return found
