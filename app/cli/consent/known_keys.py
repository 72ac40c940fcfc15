"""What an offline check is held against: the keys and the policy its caller already knows."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.consent.files import object_of, vkey_of
from app.cli.invocation import current_settings
from app.log_key import LogKey
from app.trust import KEY as TRUST_LIST_KEY
from consent.tlog.verifier_key import VerifierKey
from keys.errors import KeysError
from keys.jwk import PublicJwk
from keys.key_store import KeyStore
from keys.verification_key import VerificationKey

Key = Annotated[
    Path | None, typer.Option("--key", metavar="VKEY_FILE", help="The log's key as you know it.")
]
TrustKey = Annotated[
    Path | None,
    typer.Option(
        "--trust-key", metavar="JWK_FILE", help="The trust list keeper's key as you know it."
    ),
]
PolicyFile = Annotated[
    Path | None, typer.Option("--policy", metavar="FILE", help="Whose cosignatures are enough.")
]


def known_log_key(given: Path | None) -> VerifierKey:
    """Return the log's key in a file; without one, the key this installation has pinned.

    Raises `CommandError` for an unreadable file, `StartError` where no key is pinned.
    """
    if given is not None:
        return vkey_of(given)
    settings = current_settings()
    return LogKey(settings.home, settings.ledger_base).current()


def known_trust_key(given: Path | None) -> VerificationKey | None:
    """Return the trust list keeper's key in a JWK file; without one, this installation's own.

    None where it keeps no trust list: what that key would prove is then not shown. Raises
    `CommandError` and `KeysError` for an unreadable file.
    """
    if given is not None:
        return PublicJwk.parse(object_of(given)).verification_key()
    try:
        store = KeyStore(current_settings().home / "keys")
        return store.signer(TRUST_LIST_KEY).public.verification_key()
    except KeysError:
        return None
