"""``mydata consent verify-printed``: a receipt on paper, checked without any service."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.consent.copies import policy_of
from app.cli.consent.files import text_of
from app.cli.consent.group import verbs
from app.cli.consent.known_keys import Key, PolicyFile, known_log_key
from app.cli.invocation import AsJson, answer, lines
from app.cli.pictures import text_or_picture
from app.errors import CommandError
from consent.errors import ConsentError, ConsentFailure
from consent.forms.printed_receipt import PrintedReceipt
from consent.tlog.tlog_policy import Policy
from consent.tlog.verifier_key import VerifierKey
from keys import base64url
from keys.strict_json import JsonObject, JsonValue
from web.errors import Party

_TEXT = ".txt"


@verbs.command("verify-printed")
def verify_printed(
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="A picture of the code, or its text in a .txt.")
    ],
    *,
    key: Key = None,
    policy: PolicyFile = None,
    as_json: AsJson = False,
) -> None:
    """Verify the code of a printed receipt offline: the log provably holds its entry.

    With a policy, also that enough witnesses have seen the log at that size.
    """

    def work() -> JsonObject:
        log_key = known_log_key(key)
        asked = None if policy is None else policy_of(policy)
        text = text_of(Path(code)) if code.lower().endswith(_TEXT) else text_or_picture(code)
        try:
            return _proven(PrintedReceipt.parse(text), log_key, asked)
        except ConsentError as error:
            is_unread = error.failure is ConsentFailure.MALFORMED
            party = Party.CALLER if is_unread else Party.LEDGER
            raise CommandError(error.failure.value, party, error.detail) from None

    answer(work, lines, as_json=as_json)


def _proven(printed: PrintedReceipt, log_key: VerifierKey, policy: Policy | None) -> JsonObject:
    entry = printed.entry.verify(log_key=log_key)
    seen: list[JsonValue] = []
    if policy is not None:
        quorum = policy.check(printed.entry.checkpoint, log_keys=[log_key])
        seen = list(quorum.witnesses)
    return {
        "ok": True,
        "type": entry.leaf.type.value,
        "label": base64url.encode(entry.leaf.label),
        "number": entry.leaf.number,
        "index": entry.index,
        "size": entry.checkpoint.size,
        "body_sha256": base64url.encode(printed.body_sha256),
        "link": printed.link,
        "witnesses": seen,
    }
