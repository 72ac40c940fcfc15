"""What the relying party keeps of the holder's consent: the receipt as both signed it.

SECURITY P11: what marks this very copy of a certificate (its issuer's signature, digests, salts)
is dropped; what the holder signed, and the request it answers, name no claim and prove the rest.
"""

from dataclasses import replace

from consent.forms.countersignature import signed_part_sha256
from consent.forms.offline import KeptPresentation, Offline
from consent.forms.receipt import Receipt
from keys.json_value import JsonObject
from verifiers.recording.recorder import Use


def countersigned_consent(use: Use, used: Receipt | None) -> JsonObject | None:
    """Return the holder's receipt with our countersignature, key bindings and request object.

    None for a wallet that gave none, and for a use whose own receipt comes later.
    """
    consent = use.agreement.consent
    if consent is None or used is None or used.countersignature is None:
        return None
    bindings = tuple(
        KeptPresentation(each.content.format, each.content.holder_part)
        for each in use.presentations
    )
    offline = Offline(bindings, request_object=_answered(use))
    return replace(consent.countersigned(used.countersignature), offline=offline).as_dict()


def _answered(use: Use) -> str | None:
    """Return the request object that was answered; one signed for a posted nonce stands apart."""
    token = use.transaction.request_object
    is_answered = signed_part_sha256(token) == use.agreement.request_sha256
    return token if is_answered else None
