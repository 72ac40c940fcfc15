"""What `batch-issuance` asks of the copies of one credential (RFC 9901 section 10.1, OTSL 12)."""

from itertools import pairwise
from typing import Any

from tests.conformance.bundles.sd_jwt import Opened

_HOUR = 3600
_CLUSTER = 120


def check_size(issuer: dict[str, Any]) -> int:
    """VCIValidateBatchCredentialIssuanceMetadata; returns the size."""
    size = issuer["batch_credential_issuance"]["batch_size"]
    assert type(size) is int
    assert size >= 2
    return size


def check(copies: list[Opened], holders: list[dict[str, Any]]) -> None:
    """VCIEnsureNotMoreCredentialsThanRequestedProofs to …IndicesAreUnpredictable."""
    # neither more nor fewer than proofs
    assert len(holders) == len(copies)
    keys = {copy.payload["cnf"]["jwk"]["x"] for copy in copies}
    assert {jwk["x"] for jwk in holders} == keys
    # VCIEnsureBatchSdJwtCredentialDatasetsMatch
    own = {"cnf", "status"}
    first, *others = (
        {name: value for name, value in copy.claims.items() if name not in own} for copy in copies
    )
    assert all(first == other for other in others)
    salts = [salt for copy in copies for salt in copy.salts]
    assert len(salts) == len(set(salts))
    check_times(copies)
    check_places([copy.payload["status"]["status_list"] for copy in copies])


def check_times(copies: list[Opened]) -> None:
    """Times that are close together are those of a whole hour, so they link nothing."""
    for name in ("iat", "nbf", "exp"):
        told = [copy.payload[name] for copy in copies if name in copy.payload]
        close = told and max(told) - min(told) < _CLUSTER
        assert not close or all(each % _HOUR == 0 for each in told), name


def check_places(places: list[dict[str, Any]]) -> None:
    """No place twice, and no steps of one length from place to place."""
    assert len(places) == len({(place["uri"], place["idx"]) for place in places})
    # VCIWarn…: copies whose lists all differ would be told apart by their lists
    assert len({place["uri"] for place in places}) < len(places)
    indices = [place["idx"] for place in places]
    for order in (indices, sorted(indices)):
        steps = {after - before for before, after in pairwise(order)}
        assert len(places) < 3 or len(steps) > 1
