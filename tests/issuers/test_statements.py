"""What issuing asks of the database: budgets that may only go down."""

from typing import Final

from issuers.issuance.issuing import BATCH_SIZE
from tests.issuers.test_restriction import counted
from tests.issuers.world import BASE, World

KIND: Final = "tax-payment"
ISSUER: Final = f"{BASE}/issuers/national-tax-service"
TOKEN_BUDGET: Final = 3
# The token, the book, the account in two, the token's use, the nonce, the certificate, its
# notices (coming again: its status), and three for the places. However many copies are asked for.
CREDENTIAL_BUDGET: Final = 11


async def test_a_token_costs_its_budget_of_statements(world: World) -> None:
    """
    The offer is read, closed, and a token written: three statements in one transaction.
    """
    code = await world.code(kind=KIND)

    with counted(world.engine) as statements:
        answer = await world.redeem(code, issuer=ISSUER)

    assert 200 == answer.status_code
    assert TOKEN_BUDGET == len(statements), statements


async def test_a_credential_request_costs_its_budget_of_statements(world: World) -> None:
    """
    One copy, a batch of ten, and coming again: no copy has a statement of its own.
    """
    access = await world.access(kind=KIND, issuer=ISSUER)
    costs = []
    # The signer guard looks at the status list once a minute: not in what is counted.
    for copies in (1, 1, BATCH_SIZE):
        nonce = await world.nonce(ISSUER)
        proofs = [world.prove(nonce, issuer=ISSUER) for _ in range(copies)]
        body = await world.request(*proofs, kind=KIND)
        with counted(world.engine) as statements:
            answer = await world.ask(access, body, issuer=ISSUER)
        assert copies == len(answer.json()["credentials"])
        costs.append(statements)

    again, batch = costs[1:]
    assert CREDENTIAL_BUDGET == len(again), again
    assert CREDENTIAL_BUDGET == len(batch), batch


async def test_a_first_batch_costs_what_one_copy_does(world: World) -> None:
    """
    The certificate is entered with ten places in as many statements as with one.
    """
    await world.issue(kind=KIND)
    access = await world.access(kind=KIND, issuer=ISSUER)
    nonce = await world.nonce(ISSUER)
    proofs = [world.prove(nonce, issuer=ISSUER) for _ in range(BATCH_SIZE)]
    body = await world.request(*proofs, kind=KIND)

    with counted(world.engine) as statements:
        answer = await world.ask(access, body, issuer=ISSUER)

    assert BATCH_SIZE == len(answer.json()["credentials"])
    assert CREDENTIAL_BUDGET == len(statements), statements
