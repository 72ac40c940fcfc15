"""WK: how a wallet finds out whom it has to do with (OpenID4VCI section 12.2.2, RFC 8414)."""

from urllib.parse import urlsplit

from tests.conformance.bundles import metadata, server_metadata
from tests.conformance.exchanges import Exchange, at

_WELL_KNOWN = {metadata.WELL_KNOWN, server_metadata.WELL_KNOWN}


def check(told: list[Exchange], identifier: str) -> None:
    """Only the two inserted paths, each exactly, by GET."""
    for one in told:
        path = urlsplit(one.url).path
        # requests to openid-configuration, or to a path that was appended, fail at once
        assert "openid-configuration" not in path
        if "/.well-known/" in path:
            assert path.startswith(tuple(_WELL_KNOWN)), path
    # VCICheckIssuerMetadataRequestUrl, VCICheckOAuthAuthorizationServerMetadataRequestUrl
    for address in (metadata.address_of(identifier), server_metadata.address_of(identifier)):
        # EnsureIncomingRequestMethodIsGet
        assert "GET" == at(told, address).method
        assert not urlsplit(at(told, address).url).query
