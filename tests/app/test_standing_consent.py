"""A consent to several uses over real HTTP: the wallet answers by itself, and not once more."""

from tests.app.conftest import Commands


def test_a_wallet_answers_by_itself_and_no_more_often_than_was_agreed(mydata: Commands) -> None:
    """
    Once a month: asked again at once, nothing comes; after the withdrawal nothing is even asked.
    """
    offer = mydata.json("issuers", "offer", "tax-payment", "--to", "demo")
    mydata.json("wallet", "accept", offer["credential_offer_uri"])
    asked = mydata.json("verifiers", "request", "loan-review")
    shared = mydata.json("wallet", "present", asked["request_uri"])
    result = mydata.json("verifiers", "result", asked["transaction_id"])
    assert ("verified", shared["receipt"]) == (
        result["state"],
        result["receipt"]["record"]["consent_id"],
    )

    again = ("verifiers", "request", "loan-review", "--consent", shared["receipt"], "--json")
    early = mydata(*again)
    assert (1, "wallet") == (early.code, early.answer["party"]), early.output

    mydata.json("consent", "withdraw", shared["receipt"])
    ended = mydata(*again)
    assert (1, "consent_ended") == (ended.code, ended.answer["error"])

    unknown = mydata(*again[:-2], asked["transaction_id"], "--json")
    assert (1, "consent_unknown") == (unknown.code, unknown.answer["error"])
