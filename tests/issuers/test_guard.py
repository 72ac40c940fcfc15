"""The signer guard: nothing is signed that the world could not verify."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from issuers.errors import IssuerError, IssuerFailure
from issuers.published.guarding import LOOK_AGAIN
from issuers.status.guard import NEAR_END, RETRY_AFTER, certificate_end, check_signer
from issuers.status.signing_keys import CertifiedSigner
from issuers.store.tables import certificates, status_lists
from keys.errors import KeysError, KeysFailure
from keys.role import Role
from keys.signer import SoftwareSigner
from keys.trust_list import TrustList
from tests.issuers.world import (
    NOW,
    OPERATOR,
    FreshKeys,
    MovableClock,
    World,
    client_of,
    room,
)

YEAR = timedelta(days=365)


@dataclass
class Unsigned:
    """A signer whose device is gone, or whose signatures are of something else."""

    public: object
    algorithm: object
    gone: bool

    def sign(self, message: bytes) -> bytes:
        if self.gone:
            raise KeysError(KeysFailure.KEY_UNKNOWN, "the device does not answer")
        return bytes(64)


class FragileKeys(FreshKeys):
    """Keys of one test, which it may spoil, and which last as long as those of a real start."""

    days = 365

    def __init__(self) -> None:
        super().__init__()
        self.untrusted: set[Role] = set()
        self.broken: dict[Role, CertifiedSigner | None] = {}

    def issuing(self, authority: str) -> CertifiedSigner:
        return self._spoiled(Role.ISSUER, authority)

    def status(self, authority: str) -> CertifiedSigner:
        return self._spoiled(Role.STATUS, authority)

    def trust(self) -> TrustList:
        whole = super().trust()
        kept = tuple(entry for entry in whole.entries if entry.role not in self.untrusted)
        return replace(whole, entries=kept)

    def _spoiled(self, role: Role, authority: str) -> CertifiedSigner:
        if role not in self.broken:
            return self._made(role, authority)
        found = self.broken[role]
        if found is None:
            raise KeysError(KeysFailure.KEY_UNKNOWN, "there is no such key")
        return found


@dataclass
class Guarded:
    """A world with keys that can be spoiled."""

    world: World
    keys: FragileKeys

    async def order(self, kind: str = "resident-register") -> tuple[int, str, str]:
        """Order at the desk; status, error code and when to try again."""
        body = {"kind": kind, "to": "demo"}
        answer = await self.world.http.post(
            "/issuers/operator/offers", json=body, headers=OPERATOR
        )
        error = answer.json().get("error", "")
        return answer.status_code, error, answer.headers.get("retry-after", "")

    async def ask(self, access: str = "") -> tuple[int, str, str]:
        """Ask with an access token, a new one when none is given; the same three."""
        access = access or await self.world.access()
        body = await self.world.request(self.world.prove(await self.world.nonce()))
        answer = await self.world.ask(access, body)
        error = answer.json().get("error", "")
        return answer.status_code, error, answer.headers.get("retry-after", "")

    async def issued(self) -> int:
        async with self.world.engine.connect() as connection:
            found = await connection.execute(select(func.count()).select_from(certificates))
            return int(found.scalar_one())


@pytest.fixture
async def guarded(engine: AsyncEngine) -> AsyncIterator[Guarded]:
    """The room over keys of its own."""
    keys, clock = FragileKeys(), MovableClock()
    issuers = room(engine, keys, clock)
    async with client_of(issuers) as http:
        yield Guarded(World(issuers, engine, clock, keys, http), keys)


SECONDS = str(int(RETRY_AFTER.total_seconds()))
REFUSED = (503, "temporarily_unavailable", SECONDS)
ENDING = (503, "signer_ending", SECONDS)


async def test_nothing_is_signed_that_outlives_its_signer(guarded: Guarded) -> None:
    """
    A copy of the register holds 90 days and is refused from the day on which its signer's
    certificate would end first; a tax certificate of 30 days is not.
    """
    guarded.world.clock.move(days=365 - 92)
    assert 200 == (await guarded.ask())[0]
    guarded.world.clock.move(days=2)

    assert ENDING == await guarded.order()
    assert 200 == (await guarded.order("tax-payment"))[0]
    assert 1 == await guarded.issued()


async def test_an_ended_signer_never_signs(guarded: Guarded) -> None:
    """
    eudiw-py #168: issuing went on with a certificate that had ended. Here not even the last week.
    """
    guarded.world.clock.move(days=(YEAR + timedelta(days=1)).days)

    for kind in ("resident-register", "tax-payment"):
        assert ENDING == await guarded.order(kind)
    assert 0 == await guarded.issued()
    assert "signer_ending" == (await guarded.world.issuers.guard.hindrances())["resident-registry"]


async def test_an_anchor_removed_while_running_counts_at_once(guarded: Guarded) -> None:
    """
    Taken out of the trust list, nothing is ordered or signed from the next request on, with a
    token that was good a moment ago either; put back, that token is good again.
    """
    access = await guarded.world.access()
    assert 200 == (await guarded.ask(access))[0]
    guarded.keys.untrusted = {Role.ISSUER}
    assert REFUSED == await guarded.ask(access)
    assert (503, "signer_untrusted", SECONDS) == await guarded.order()
    shown = await guarded.world.issuers.guard.readiness("resident-registry")
    assert (False, IssuerFailure.SIGNER_UNTRUSTED) == (shown.is_trusted, shown.hindrance)
    guarded.keys.untrusted = set()

    assert 200 == (await guarded.ask(access))[0]
    assert {} == await guarded.world.issuers.guard.hindrances()
    assert 1 == await guarded.issued()


@pytest.mark.parametrize("how", ["no key", "untrusted", "cannot sign", "signs wrongly"])
async def test_without_a_signed_status_list_nothing_is_signed(guarded: Guarded, how: str) -> None:
    """
    A certificate whose list nobody can check is refused before it is made, and issuing goes on by
    itself when the list does.
    """
    good = guarded.keys.status("resident-registry")
    access = await guarded.world.access()
    match how:
        case "no key":
            guarded.keys.broken[Role.STATUS] = None
        case "untrusted":
            guarded.keys.untrusted = {Role.STATUS}
        case _:
            device = Unsigned(good.signer.public, good.signer.algorithm, how == "cannot sign")
            guarded.keys.broken[Role.STATUS] = CertifiedSigner(device, good.x5c)  # type: ignore[arg-type]  # a signer that is none
    # The list is signed again, as after a revocation, and looked at again.
    async with guarded.world.engine.begin() as connection:
        await connection.execute(update(status_lists).values(version=status_lists.c.version + 1))
    guarded.world.clock.move(minutes=1)
    assert REFUSED == await guarded.ask(access)
    assert (503, "status_unpublished", SECONDS) == await guarded.order()
    shown = await guarded.world.issuers.guard.readiness("resident-registry")
    assert True is shown.is_trusted
    assert IssuerFailure.STATUS_UNPUBLISHED is shown.hindrance
    assert 0 == await guarded.issued()

    guarded.keys.broken.clear()
    guarded.keys.untrusted = set()
    assert 200 == (await guarded.ask(access))[0]


async def test_a_list_is_looked_at_once_a_minute(guarded: Guarded) -> None:
    """
    Between two looks an issuance pays nothing for it; a list that fails later is noticed then.
    """
    assert 200 == (await guarded.ask())[0]
    first = (await guarded.world.issuers.guard.readiness("resident-registry")).published_at
    guarded.world.clock.move(seconds=LOOK_AGAIN.total_seconds() - 1)
    assert 200 == (await guarded.ask())[0]
    shown = await guarded.world.issuers.guard.readiness("resident-registry")
    assert NOW == first == shown.published_at
    guarded.world.clock.move(seconds=1)

    shown = await guarded.world.issuers.guard.readiness("resident-registry")

    assert NOW + LOOK_AGAIN == shown.published_at
    assert shown.ends_at is not None
    assert timedelta(0) < NOW + YEAR - shown.ends_at < timedelta(minutes=2)


async def test_an_authority_without_a_key_is_shown_as_such(guarded: Guarded) -> None:
    """
    The page says what is missing instead of failing itself.
    """
    guarded.keys.broken[Role.ISSUER] = None

    shown = await guarded.world.issuers.guard.readiness("national-tax-service")

    assert (None, False) == (shown.ends_at, shown.is_trusted)
    assert IssuerFailure.SIGNER_UNTRUSTED is shown.hindrance


@pytest.mark.parametrize(
    ("before_end", "expected"),
    [
        (NEAR_END, None),
        (NEAR_END - timedelta(seconds=1), IssuerFailure.SIGNER_ENDING),
        (timedelta(seconds=-1), IssuerFailure.SIGNER_ENDING),
        (YEAR + timedelta(days=2), IssuerFailure.SIGNER_ENDING),
    ],
    ids=["a week", "less than a week", "ended", "not begun"],
)
def test_the_last_week_of_a_certificate_signs_nothing(
    before_end: timedelta, expected: IssuerFailure | None
) -> None:
    """
    Whatever is to hold only until now is refused too: the week is for whoever must renew.
    """
    keys = FragileKeys()
    signer = keys.issuing("one")
    ends_at = certificate_end(signer)
    assert ends_at is not None
    now = ends_at - before_end
    trust = replace(keys.trust(), expires_at=NOW + 9 * YEAR)
    trust = replace(trust, entries=tuple(replace(e, valid_from=NOW - YEAR) for e in trust.entries))

    if expected is None:
        assert ends_at == check_signer(signer, Role.ISSUER, trust, until=now, now=now).ends_at
        return
    with pytest.raises(IssuerError) as caught:
        check_signer(signer, Role.ISSUER, trust, until=now, now=now)
    assert expected is caught.value.failure
    assert RETRY_AFTER == caught.value.retry_after


def test_a_chain_of_another_key_or_role_is_not_trusted() -> None:
    """
    The certificate must be the very key's, for this role, from a root in the list; without one
    there is no end to show either.
    """
    keys = FreshKeys()
    good, status = keys.issuing("one"), keys.status("one")
    stranger = CertifiedSigner(SoftwareSigner.generate(), good.x5c)
    bare = CertifiedSigner(good.signer, ())
    for wrong in (stranger, status, bare):
        with pytest.raises(IssuerError) as caught:
            check_signer(wrong, Role.ISSUER, keys.trust(), until=NOW, now=NOW)
        assert IssuerFailure.SIGNER_UNTRUSTED is caught.value.failure
    assert certificate_end(bare) is None
