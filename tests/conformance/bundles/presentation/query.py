"""DCQL: the query of a request (OpenID4VP 1.0 section 6)."""

import json
from typing import Any

from tests.conformance.bundles.schemas import Schemas

# SD-JWT VC section 3.2.2.2: never hidden, so there is nothing to ask for.
_ALWAYS_OPEN = {"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"}


def check(query: dict[str, Any], schemas: Schemas) -> None:
    """ValidateDCQLQuery and the conditions beside it."""
    # the shape, and CheckForUnexpectedParametersInDcqlQuery
    schemas.check(query, "dcql_request")
    credentials = query["credentials"]
    names = [each["id"] for each in credentials]
    assert len(names) == len(set(names))
    for credential in credentials:
        check_format(credential)
        check_claims(credential)
    for wanted in query.get("credential_sets", ()):
        for option in wanted["options"]:
            assert set(names) >= set(option)


def check_format(credential: dict[str, Any]) -> None:
    """What each format names its type and its claims by (appendices B.2.3, B.2.4, B.3.5)."""
    is_mdoc = "mso_mdoc" == credential["format"]
    assert is_mdoc or "dc+sd-jwt" == credential["format"]
    assert {"doctype_value" if is_mdoc else "vct_values"} == set(credential["meta"])
    for claim in credential.get("claims", []):
        if is_mdoc:
            assert [str, str] == [type(step) for step in claim["path"]]
            assert isinstance(claim.get("intent_to_retain", False), bool)
        else:
            assert "intent_to_retain" not in claim


def check_claims(credential: dict[str, Any]) -> None:
    """No id and no path twice; sets of known claims, and every claim in one of them."""
    claims = credential.get("claims", [])
    paths = [json.dumps(claim["path"]) for claim in claims]
    assert len(paths) == len(set(paths))
    # CheckForNonSelectivelyDisclosableClaimsInDcqlQuery
    assert not {claim["path"][0] for claim in claims} & _ALWAYS_OPEN
    ids = [claim["id"] for claim in claims if "id" in claim]
    assert len(ids) == len(set(ids))
    if "claim_sets" in credential:
        used = {name for chosen in credential["claim_sets"] for name in chosen}
        # CheckForUnreferencedClaimsInDcqlQuery, and no claim that is not there
        assert set(ids) == used
