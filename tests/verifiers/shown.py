"""A wallet that shows codes and links, and the authority that publishes its keys."""

from dataclasses import dataclass, field
from typing import Any

from keys import base64url
from keys.entropy import SYSTEM_ENTROPY
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue, dumps, loads_object
from keys.trust_list import sign_trust_list
from standards.sd_jwt.frame import everything
from standards.sd_jwt.key_binding import bind
from standards.sd_jwt_vc.credential import SET_BY_FORMAT
from standards.sd_jwt_vc.issuer_keys import issuer_keys
from standards.shown_code.code import AUDIENCE, shown_code
from tests.verifiers.world import BASE, LEDGER_URL, REGISTER_CLAIMS, REGISTRY, Held, World
from verifiers.client import VerifiersClient
from verifiers.offline.supplies import SignedTrustList, Supplies
from web.outbound import Reply

KEYS_URL = f"{BASE}/.well-known/jwt-vc-issuer/issuers/resident-registry"
LINK = "https://phone.example/wallet/desk/AAAAAAAAAAAAAAAAAAAAAAAA"


def restricted(world: World, audience: JsonValue) -> Held:
    """Return a certificate whose issuer says in the open for whom it is (RFC 7519 4.1.3)."""
    claims = REGISTER_CLAIMS | {"aud": audience}
    return world.issuer.issue(claims=claims, frame=everything(SET_BY_FORMAT | {"aud"}))


def presented(world: World, *paths: str, held: Held | None = None, **changes: Any) -> str:
    """Return what an honest wallet packs into a code; ``changes`` replaces what is signed."""
    held = held or world.issuer.issue()
    nonce = base64url.encode(SYSTEM_ENTROPY(16))
    signed: dict[str, Any] = {"audience": AUDIENCE, "nonce": nonce, "now": world.clock.now}
    return bind(held.show(*paths), signer=held.key, **signed | changes)


def code(world: World, *paths: str, held: Held | None = None, **changes: Any) -> str:
    """Return the code of an honest wallet."""
    return shown_code(presented(world, *(paths or ("age_over_19",)), held=held, **changes))


# Who keeps the trust list that desks take along.
KEEPER = SoftwareSigner.generate()


def supplies(world: World) -> Supplies:
    """Return what puts together a desk's supplies, over the world's network."""

    def trust() -> SignedTrustList:
        return SignedTrustList(sign_trust_list(world.roots.trust(), KEEPER), KEEPER.public)

    outside = VerifiersClient(world.network, ledger_url=LEDGER_URL)
    return Supplies(world.verifiers.catalogue, outside, world.verifiers, trust, world.clock)


def publish(world: World, issuer: str = REGISTRY) -> None:
    """Let the registry publish its keys, by whatever name."""
    certified = world.issuer.certified
    document = dumps(issuer_keys(issuer, [(certified.signer.public, certified.x5c)]))
    world.network.answering[KEYS_URL] = lambda _: Reply(200, "application/json", document)


@dataclass
class Phone:
    """A person's one-time link; ``status`` is what it answers."""

    world: World
    status: int = 200
    handed: list[JsonObject] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world.network.answering[LINK] = self._post

    def _post(self, body: bytes) -> Reply:
        self.handed.append(loads_object(body))
        return Reply(self.status, "application/json", b"{}")
