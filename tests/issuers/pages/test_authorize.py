"""The citizen's page of the authorization server: seen, allowed, refused, and never led astray."""

from urllib.parse import quote, urlencode

import httpx2
import pytest

from tests.issuers.pages.browser import Browser, Desks
from tests.issuers.strange_wallet import CLIENT, REDIRECT, StrangeWallet, returned, wallet_at
from tests.issuers.test_whole_trip import DEMO
from tests.issuers.world import BASE, REGISTRY, World, offer_in

PAGE = "/issuers/resident-registry/authorize"


def address(uri: str, client: str = CLIENT, **more: str) -> str:
    """Where a wallet sends the browser."""
    return f"{PAGE}?{urlencode({'client_id': client, 'request_uri': uri, **more})}"


async def press(browser: Browser, decision: str, **fields: str) -> httpx2.Response:
    """Press one of the two buttons, and stay where the browser is led from."""
    filled = {"purpose": "본인 확인용", **browser.fields(PAGE), "decision": decision, **fields}
    return await browser.client.post(PAGE, data=filled, headers=browser.own)


async def test_the_citizen_sees_what_is_asked_for_and_allows_it(
    desks: Desks, world: World
) -> None:
    """
    VCI-14: authority, certificate, wallet and purpose are shown; then the code goes back.
    """
    wallet, citizen = await wallet_at(world), await desks.enter("demo")
    await citizen.get(address(await wallet.pushed()))

    for words in ("주민등록표 등본", "주민등록 발급기관", "김예원", "wallet.example"):
        assert words in citizen.words
    answer = await press(citizen, "allow")
    assert 303 == answer.status_code
    assert "no-store" == answer.headers["cache-control"]
    back = returned(answer.headers["location"])
    assert ("state-1", REGISTRY) == (back["state"], back["iss"])
    assert 200 == (await wallet.token(back["code"])).status_code


async def test_what_the_citizen_says_it_is_for_stands_on_the_certificate(
    desks: Desks, world: World
) -> None:
    """
    The form of an application is on the page when the wallet began.
    """
    wallet, citizen = await wallet_at(world), await desks.enter("demo")
    await citizen.get(address(await wallet.pushed()))
    back = returned((await press(citizen, "allow", purpose="전세 계약")).headers["location"])
    token = (await wallet.token(back["code"])).json()["access_token"]
    assert 200 == (await wallet.ask(token)).status_code

    (kept,) = await world.issuers.desk.certificates_of("demo")
    assert "전세 계약" == kept.certificate.entitlement.purpose.name


async def test_a_refusal_goes_back_with_access_denied(desks: Desks, world: World) -> None:
    """
    user-rejects-authentication: error, state and iss in the query.
    """
    wallet, citizen = await wallet_at(world), await desks.enter("demo")
    await citizen.get(address(await wallet.pushed()))
    back = returned((await press(citizen, "refuse")).headers["location"])

    assert {"error", "error_description", "state", "iss"} == set(back)
    assert "access_denied" == back["error"]


async def test_the_page_may_be_loaded_again_before_and_not_after(
    desks: Desks, world: World
) -> None:
    """
    par-ensure-reused-request-uri-prior-to-auth-completion-succeeds, par-attempt-reuse-request_uri.
    """
    wallet, citizen = await wallet_at(world), await desks.enter("demo")
    uri = await wallet.pushed()
    for _ in range(2):
        await citizen.get(address(uri))
    assert 303 == (await press(citizen, "allow")).status_code

    gone = await citizen.get(address(uri), expected=400)
    assert "unknown_request" in gone


async def test_a_double_click_leads_to_the_same_place(desks: Desks, world: World) -> None:
    """
    The second of two equal forms brings the same code; the other decision comes too late.
    """
    wallet, citizen = await wallet_at(world), await desks.enter("demo")
    await citizen.get(address(await wallet.pushed()))
    first, second = [await press(citizen, "allow") for _ in range(2)]
    late = await press(citizen, "refuse")

    assert first.headers["location"] == second.headers["location"]
    assert 400 == late.status_code


async def test_nobody_signs_in_first_and_comes_back(desks: Desks, world: World) -> None:
    """
    The sign-in leads back to the very request; another role is told whose page it is.
    """
    wallet = await wallet_at(world)
    page = address(await wallet.pushed())
    answer = await desks.stranger().client.get(page)
    officer = await desks.enter("officer")

    assert 303 == answer.status_code
    assert f"/sign-in?next={quote(page, safe='')}" == answer.headers["location"]
    await officer.get(page, expected=403)


async def test_from_another_site_one_step_is_taken_here(desks: Desks, world: World) -> None:
    """
    Browsers keep the session from another site's link; the page leads on by itself.
    """
    wallet = await wallet_at(world)
    page = address(await wallet.pushed())
    answer = await desks.stranger().client.get(page, headers={"sec-fetch-site": "cross-site"})

    assert 200 == answer.status_code
    assert 'http-equiv="refresh"' in answer.text


WRONG: dict[str, dict[str, str]] = {
    "no request": {},
    "parameters without pushing": {
        "client_id": CLIENT,
        "response_type": "code",
        "redirect_uri": "https://evil.example/",
        "scope": "resident-register",
        "code_challenge": "A" * 43,
        "code_challenge_method": "S256",
    },
    "code id_token": {"client_id": CLIENT, "response_type": "code id_token", "state": "s"},
    "unknown request": {"client_id": CLIENT, "request_uri": "urn:ietf:params:oauth:request_uri:x"},
    "an address of its own": {"client_id": CLIENT, "request_uri": "https://evil.example/r"},
}


@pytest.mark.parametrize("parameters", WRONG.values(), ids=WRONG)
async def test_what_was_not_pushed_leads_nowhere(
    desks: Desks, world: World, parameters: dict[str, str]
) -> None:
    """
    ensure-unsigned-authorization-request-without-using-par-fails, response types: an error page.
    """
    await wallet_at(world)
    citizen = await desks.enter("demo")
    page = await citizen.get(f"{PAGE}?{urlencode(parameters)}", expected=400)

    assert "unknown_request" in page
    assert "evil.example" not in citizen.words


async def test_a_request_is_its_clients_and_its_authoritys(desks: Desks, world: World) -> None:
    """
    H71, H76: par-attempt-to-use-request_uri-for-different-client.
    """
    wallet, citizen = await wallet_at(world), await desks.enter("demo")
    await wallet_at(world, client_id="https://other.example")
    uri = await wallet.pushed()

    await citizen.get(address(uri, "https://other.example"), expected=400)
    taxes = address(uri).replace("resident-registry", "national-tax-service")
    await citizen.get(taxes, expected=400)


async def test_a_request_ends_after_five_minutes(desks: Desks, world: World) -> None:
    """
    par-attempt-to-use-expired-request_uri: at the page, and at the button of a page left open.
    """
    wallet, citizen = await wallet_at(world), await desks.enter("demo")
    uri = await wallet.pushed()
    world.clock.move(seconds=299)
    await citizen.get(address(uri))
    world.clock.move(seconds=1)

    assert 400 == (await press(citizen, "allow")).status_code
    await citizen.get(address(uri), expected=400)


async def test_parameters_beside_the_request_are_ignored(desks: Desks, world: World) -> None:
    """
    H71: state-only-outside-request-object-not-used, ensure-different-state-inside-and-outside.
    """
    wallet, citizen = await wallet_at(world), await desks.enter("demo")
    outside = {"state": "other", "redirect_uri": "https://evil.example/", "scope": "x"}
    for pushed, expected in ((None, None), ("inside", "inside")):
        await citizen.get(address(await wallet.pushed(state=pushed), **outside))
        back = returned((await press(citizen, "allow")).headers["location"])
        assert expected == back.get("state")


@pytest.mark.parametrize("case", ["no token", "other token", "other site", "other session"])
async def test_a_form_from_elsewhere_decides_nothing(
    desks: Desks, world: World, case: str
) -> None:
    """
    H89: no token, another's, another origin, another person's session: 403, still undecided.
    """
    wallet, citizen = await wallet_at(world), await desks.enter("demo")
    uri = await wallet.pushed()
    await citizen.get(address(uri))
    fields = {**citizen.fields(PAGE), "decision": "allow", "purpose": "x"}
    sender, headers = citizen, dict(citizen.own)
    match case:
        case "no token":
            del fields["form_token"]
        case "other token":
            fields["form_token"] = "A" * 43
        case "other site":
            headers = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
        case _:
            sender = await desks.enter("second")
    answer = await sender.client.post(PAGE, data=fields, headers=headers)

    assert 403 == answer.status_code
    await citizen.get(address(uri))


async def test_the_form_may_lead_to_the_wallet_and_nowhere_else(
    desks: Desks, world: World
) -> None:
    """
    Browsers hold form-action against the redirect: the registered site is named, no other page's.
    """
    wallet, citizen = await wallet_at(world), await desks.enter("demo")
    answer = await citizen.client.get(address(await wallet.pushed()))
    policies = answer.headers.get_list("content-security-policy")

    assert 1 == len(policies)
    assert "form-action 'self' https://wallet.example;" in policies[0]
    assert "script-src 'self'" in policies[0]


async def order(world: World, **more: object) -> str:
    """Order an offer to be taken after signing in; return its issuer_state."""
    offered = await world.order(grant="authorization_code", **more)
    return str(offer_in(offered)["grants"]["authorization_code"]["issuer_state"])


async def taken(wallet: StrangeWallet, citizen: Browser, state: str) -> httpx2.Response:
    """Take an order through the page."""
    await citizen.get(address(await wallet.pushed(issuer_state=state)))
    return await press(citizen, "allow")


async def test_an_order_of_the_desk_is_shown_as_it_was_taken(desks: Desks, world: World) -> None:
    """
    Issuer-initiated: purpose and options are the desk's, and the citizen cannot change them.
    """
    wallet, citizen = await wallet_at(world), await desks.enter("demo")
    state = await order(world, purpose="은행 제출")
    answer = await taken(wallet, citizen, state)

    assert "은행 제출" in citizen.words
    assert 'name="purpose"' not in citizen.page
    token = (await wallet.token(returned(answer.headers["location"])["code"])).json()
    assert 200 == (await wallet.ask(token["access_token"])).status_code
    (kept,) = await world.issuers.desk.certificates_of("demo")
    assert "은행 제출" == kept.certificate.entitlement.purpose.name


async def test_an_order_of_somebody_else_is_refused(desks: Desks, world: World) -> None:
    """
    VCI-18: an issuer_state slipped into a wallet opens nothing for whoever signs in.
    """
    wallet, other = await wallet_at(world), await desks.enter("second")
    uri = await wallet.pushed(issuer_state=await order(world))

    page = await other.get(address(uri), expected=404)
    assert "unknown_offer" in page
    assert REDIRECT not in page


async def test_an_order_is_taken_once(desks: Desks, world: World) -> None:
    """
    One order, two requests that name it: the second finds it taken.
    """
    wallet, citizen = await wallet_at(world), await desks.enter("demo")
    state = await order(world)
    uris = [await wallet.pushed(issuer_state=state) for _ in range(2)]
    await citizen.get(address(uris[0]))
    assert 303 == (await press(citizen, "allow")).status_code

    await citizen.get(address(uris[1]), expected=404)
    assert 400 == (await wallet.push(issuer_state=state)).status_code


async def test_our_own_wallet_is_called_so(desks: Desks, world: World) -> None:
    """
    A person knows their wallet by its name, not by its address.
    """
    own = f"{BASE}/wallet/authorized"
    wallet = await StrangeWallet(world).register(own)
    citizen = await desks.enter("demo", "en")
    await citizen.get(address(await wallet.pushed(redirect_uri=own)))

    assert "own wallet" in citizen.words


async def test_whom_an_order_is_about_is_named(desks: Desks, world: World) -> None:
    """
    A copy of the abstract of a household member: the citizen sees whose it is before allowing.
    """
    wallet, citizen = await wallet_at(world), await desks.enter("demo")
    spouse = DEMO.household.members[1].person
    state = await order(world, kind="resident-abstract", about=spouse.citizen)
    pushed = await wallet.pushed(issuer_state=state, scope="resident-abstract")
    await citizen.get(address(pushed))

    assert spouse.name in citizen.words


async def test_a_decision_is_one_of_two(desks: Desks, world: World) -> None:
    """
    Neither button pressed: nothing is decided, and the page leads back to itself.
    """
    wallet, citizen = await wallet_at(world), await desks.enter("demo")
    uri = await wallet.pushed()
    await citizen.get(address(uri))
    answer = await press(citizen, "perhaps")

    assert (400, True) == (answer.status_code, "malformed" in answer.text)
    await citizen.get(address(uri))


async def test_a_purpose_that_is_none_can_be_written_again(desks: Desks, world: World) -> None:
    """
    A form that is refused uses nothing up.
    """
    wallet, citizen = await wallet_at(world), await desks.enter("demo")
    uri = await wallet.pushed()
    await citizen.get(address(uri))
    assert 400 == (await press(citizen, "allow", purpose="")).status_code
    await citizen.get(address(uri))

    assert 303 == (await press(citizen, "allow")).status_code


async def test_an_officer_can_let_a_citizen_sign_in_for_it(desks: Desks, world: World) -> None:
    """
    The choice stands on the desk's form; what is handed over then holds an issuer_state.
    """
    page = "/issuers/desk/citizens/demo/issue/resident-register"
    officer = await desks.enter("officer")
    await officer.get(page)
    typed = {"purpose": "은행 제출", "grant": "authorization_code", "tx_code": "yes"}
    led = await officer.send(f"{page}/preview", **typed)
    assert 303 == led.status_code
    handed = await officer.send(page)
    offer_id = handed.headers["location"].partition("?")[0].rpartition("/")[2]
    offer = (await world.http.get(f"{REGISTRY}/offers/{offer_id}")).json()

    assert {"authorization_code"} == set(offer["grants"])
    wallet, citizen = await wallet_at(world), await desks.enter("demo")
    state = offer["grants"]["authorization_code"]["issuer_state"]
    assert 303 == (await taken(wallet, citizen, state)).status_code
