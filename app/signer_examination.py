"""What a doctor looks at before anything is signed: signers, and status lists as published.

The guard of a running service refuses by the same rule (`issuers.status.guard`); here the keys
are looked at in their files, and the lists are fetched as a verifier fetches them.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from app.errors import CommandError
from app.examination import store_of
from app.service_client import ServiceClient
from app.settings import Role as Served
from app.settings import Settings
from app.trust import TrustFile
from issuers.catalogue import every_kind
from issuers.errors import IssuerError
from issuers.status.guard import check_signer
from issuers.status.signing_keys import CertifiedSigner
from keys.errors import KeysError
from keys.key_store import KeyStore
from keys.role import Role
from keys.strict_json import loads_object
from keys.trust_list import TrustList
from keys.x5c import parse_x5c, to_base64
from keys.x509 import validate_chain
from standards.status_list.aggregation import parse_aggregation
from standards.status_list.errors import StatusListError
from standards.status_list.token import MAX_TOKEN, parse_status_token, verify_status_token
from web.errors import Party

_USES: Final[Mapping[str, Role]] = MappingProxyType({"issuer": Role.ISSUER, "status": Role.STATUS})


def look_at_signers(settings: Settings, now: datetime) -> str:
    """Look whether every authority's keys are certified by who is in the trust list, long enough.

    Raises `CommandError` naming each key that would sign nothing.
    """
    store = store_of(settings)
    trust = TrustFile(settings.home, store, lambda: now).current()
    names = [name for name in store.names() if name.partition("-")[0] in _USES]
    wrong = [told for name in names if (told := _wrong_with(store, name, trust, now)) is not None]
    if wrong:
        detail = f"{', '.join(wrong)}: look at mydata trust list, or restart the service"
        raise CommandError("not_well", Party.TRUST_LIST, detail)
    return f"{len(names)} keys sign what others verify"


async def look_at_status_lists(base: str, settings: Settings, now: datetime) -> str:
    """Look whether every list that is named as published is there, signed, fresh and ours.

    Raises `CommandError` for the first that is not.
    """
    if Served.ISSUERS.value not in settings.role.rooms:
        return "no certificates are issued here"
    trust = TrustFile(settings.home, store_of(settings), lambda: now).current()
    seen = 0
    authority_file = settings.authority_file
    async with ServiceClient(base, settings.home, authority_file=authority_file) as client:
        for authority in every_kind().authorities:
            named = loads_object(await client.public(f"/issuers/{authority}/status"))
            for uri in parse_aggregation(named):
                # Asked for where the service is looked at: its public address may be another.
                token = await client.public(urlsplit(uri).path, limit=MAX_TOKEN)
                _verify(token.decode("ascii", "replace"), uri, trust, now)
                seen += 1
    return f"{seen} lists, each signed and fresh"


def _wrong_with(store: KeyStore, name: str, trust: TrustList, now: datetime) -> str | None:
    """Return why a key would sign nothing, with its name, or None."""
    use = name.partition("-")[0]
    try:
        keys = CertifiedSigner(store.signer(name), tuple(map(to_base64, store.chain(name))))
        check_signer(keys, _USES[use], trust, until=now, now=now)
    except IssuerError as error:
        return f"{name} ({error.failure.value})"
    except KeysError as error:
        return f"{name} ({error.failure.value})"
    return None


def _verify(token: str, uri: str, trust: TrustList, now: datetime) -> None:
    """Verify a list as whoever checks a certificate will (Token Status List section 8.3)."""
    try:
        parsed = parse_status_token(token)
        anchors = trust.anchors(Role.STATUS, now)
        chain = parse_x5c(parsed.header.get("x5c"))
        signer = validate_chain(chain, anchors=anchors, role=Role.STATUS, now=now)
        verify_status_token(parsed, signer.leaf_key, expected_uri=uri, now=now)
    except (KeysError, StatusListError) as error:
        detail = f"{uri} is not what a verifier accepts ({error.failure.value}): look at its key"
        raise CommandError("not_well", Party.STATUS, detail) from None
