"""When a certificate is to be renewed: rules over its end, its standing and its copies."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.wallet.issuer_of_test import IssuerOfTest
from tests.wallet.world import HOLDER, World
from wallet.kept.copies import Copy
from wallet.kept.holdings import HeldCredential
from wallet.status.freshness import Due, freshness_of
from wallet.status.states import CredentialState


@pytest.fixture
async def held(world: World, issuer: IssuerOfTest) -> HeldCredential:
    """A certificate in one copy, good for ninety days."""
    accepted = await world.wallets.accept(HOLDER, issuer.offer_uri())
    return await world.wallets.credential(HOLDER, accepted.credential_ids[0])


@pytest.mark.parametrize(
    ("state", "days", "expected"),
    [
        (CredentialState.VALID, 8, None),
        (CredentialState.VALID, 7, Due.ENDS_SOON),
        (CredentialState.UNKNOWN, 1, Due.ENDS_SOON),
        (CredentialState.OUTDATED, 80, Due.OUTDATED),
        (CredentialState.EXPIRED, 0, Due.EXPIRED),
        (CredentialState.REVOKED, 0, None),
        (CredentialState.SUSPENDED, 1, None),
    ],
    ids=["8 days", "7 days", "not known", "outdated", "over", "revoked", "suspended"],
)
def test_the_first_reason_is_told(
    held: HeldCredential, state: CredentialState, days: int, expected: Due | None
) -> None:
    """
    Its end, then what changed; what an officer took back is never due, nor renewable.
    """
    assert held.expires_at is not None
    fresh = freshness_of(held, state, held.expires_at - timedelta(days=days))

    assert (expected, days) == (fresh.due, fresh.days)
    assert not fresh.is_renewable


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ((5,), None),
        ((0, 0, 0), None),
        ((1, 0, 0), None),
        ((1, 1, 0), Due.COPIES),
        ((1, 1, 1), Due.COPIES),
        ((1, 1, 1, 1, 1, 1, 0, 0, 0, 0), None),
        ((1, 1, 1, 1, 1, 1, 1, 0, 0, 0), Due.COPIES),
    ],
    ids=str,
)
def test_copies_run_low_when_a_third_is_left(
    held: HeldCredential, uses: tuple[int, ...], expected: Due | None
) -> None:
    """
    One copy alone is shown again and again; of several, two thirds may be shown.
    """
    others = tuple(Copy(held.text, held.key, held.status, count) for count in uses[1:])
    several = replace(held, uses=uses[0], others=others)
    fresh = freshness_of(several, CredentialState.VALID, held.received_at)

    assert expected is fresh.due
    assert (sum(1 for count in uses if not count), len(uses)) == (fresh.unshown, fresh.copies)


def test_a_certificate_without_an_end_never_ends_soon(held: HeldCredential) -> None:
    """
    None of these rules needs an end.
    """
    fresh = freshness_of(replace(held, expires_at=None), CredentialState.VALID, held.received_at)

    assert (None, None) == (fresh.due, fresh.days)
