"""A city that pays somebody: two tax certificates, made out to it for this payment."""

from keys.strict_json import JsonObject
from tests.verifiers.world import BASE, REGISTRY, TAX_CLAIMS, Held, World
from verifiers.asking.questions import Asked

SHOWN = ("taxpayer.name", "no_arrears", "validity.until", "use.purpose", "use.payer")


def made_out(**use: str) -> JsonObject:
    """The claims of a tax certificate for a payment by the city, unless told otherwise."""
    return {**TAX_CLAIMS, "use": {"purpose": "대금 수령", "payer": "하늘시청", **use}}


def local_certificate(world: World, claims: JsonObject) -> Held:
    """The certificate of a town; the test's issuer vouches for two authorities, it is one."""
    vct = f"{BASE}/issuers/local-tax-office/types/local-tax-payment/1"
    return world.issuer.issue(vct=vct, issuer=REGISTRY, claims=claims)


async def contract_payment(world: World, national: Held, local: Held) -> Asked:
    """Answer the city with two tax certificates, whatever values it asked for."""
    asked = await world.ask("contract-payment")
    request = (await world.wallet.open(asked)).request
    shown = {
        name: [world.wallet.bound(held.show(*SHOWN), request, held.key)]
        for name, held in (("national", national), ("local", local))
    }
    await world.post(asked, world.wallet.body(request, shown))
    return asked


async def paid_for(world: World) -> Asked:
    """Answer the city as whoever is to be paid does."""
    national = world.issuer.tax(claims=made_out())
    return await contract_payment(world, national, local_certificate(world, made_out()))
