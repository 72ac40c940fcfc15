"""All that can be shown of one consent, gathered into a file that speaks for itself."""

from typing import Any

import pytest

from consent.complete.evidence import ConsentEvidence
from consent.errors import ConsentError
from consent.forms.record import EventState
from keys.strict_json import dumps, loads_object
from tests.wallet.log_of_test import LogOfTest
from tests.wallet.recipient_of_test import RecipientOfTest
from tests.wallet.refusal import refused
from tests.wallet.test_proving import share
from tests.wallet.verifier_of_test import VerifierOfTest
from tests.wallet.world import HOLDER, World
from wallet.errors import WalletFailure
from web.errors import Party


@pytest.fixture
def log(world: World) -> LogOfTest:
    return LogOfTest(world.ledger)


@pytest.fixture
async def given(world: World, log: LogOfTest, verifier: VerifierOfTest) -> str:
    """The first of two sharings with one party, taken back."""
    RecipientOfTest(verifier)
    receipt = await share(world, verifier)
    await share(world, verifier)
    await world.consents.withdraw(HOLDER, receipt)
    return receipt


async def test_everything_about_one_consent_is_in_the_file(world: World, given: str) -> None:
    """
    Receipt, records, proof that there is no more, proofs one by one; of this consent alone.
    """
    evidence = await world.consents.evidence(HOLDER, given)
    log_key = world.ledger.signer.verifier_key

    assert given == evidence.receipt.record.record_id
    assert {given} == {each.record.consent_id for each in evidence.records if each.record}
    assert [EventState.GIVEN, EventState.USED, EventState.WITHDRAWN, EventState.ACKNOWLEDGED] == [
        each.record.event_state for each in evidence.records if each.record
    ]
    assert evidence.completeness is not None
    label = evidence.receipt.record.label
    assert 6 == len(evidence.completeness.verify(log_key=log_key, expected_label=label).entries)
    assert [each.index for each in evidence.records] == [
        each.verify(log_key=log_key).index for each in evidence.proofs
    ]
    assert log_key.text() == evidence.vkey


async def test_the_file_is_read_again_as_it_was_written(world: World, given: str) -> None:
    """
    Parse, write, compare; another form, and a member too many, are refused.
    """
    written = (await world.consents.evidence(HOLDER, given)).as_dict()

    again = ConsentEvidence.parse(loads_object(dumps(written), limit=4_000_000))

    assert written == again.as_dict()
    for wrong in ({**written, "format": "x"}, {**written, "more": 1}, {**written, "proofs": {}}):
        with pytest.raises(ConsentError):
            ConsentEvidence.parse(wrong)


async def test_without_the_ledger_the_receipt_speaks_for_itself(world: World, given: str) -> None:
    """
    Nothing came: the parts are empty, and nothing is said to be all.
    """
    world.network.unreachable.add("ledger.example")
    evidence = await world.consents.evidence(HOLDER, given)

    assert ((), None, ()) == (evidence.records, evidence.completeness, evidence.proofs)
    assert evidence == ConsentEvidence.parse(evidence.as_dict())


async def test_what_proves_nothing_is_left_out(world: World, log: LogOfTest, given: str) -> None:
    """
    A list with a gap and proofs that do not hold are no evidence.
    """
    log.hides = {1}
    log.change_proof = lambda octets: octets.replace(b"index 0", b"index 1")
    evidence = await world.consents.evidence(HOLDER, given)
    assert (None, ()) == (evidence.completeness, evidence.proofs)

    log.hides = set()
    for change in (lambda octets: b"\xff" + octets, lambda octets: b"no proof"):
        log.change_proof = change
        assert () == (await world.consents.evidence(HOLDER, given)).proofs


async def test_only_a_sharing_has_evidence(world: World, given: str) -> None:
    """
    The receipt of a withdrawal is part of its sharing's evidence; another holder's is unknown.
    """
    newest: Any = (await world.wallets.history(HOLDER))[0]
    assert "withdrawn" == newest["event"]

    with refused(WalletFailure.NOTHING_TO_WITHDRAW, Party.CALLER):
        await world.consents.evidence(HOLDER, newest["receipt"])
    with refused(WalletFailure.UNKNOWN_RECEIPT, Party.CALLER):
        await world.consents.evidence("jun", given)


async def test_evidence_names_no_value(world: World, given: str) -> None:
    """
    H98: no value of a claim is in the file that goes to others.
    """
    text = dumps((await world.consents.evidence(HOLDER, given)).as_dict()).decode()

    assert "카나리아" not in text
