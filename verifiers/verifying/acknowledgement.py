"""What the wallet is answered when its response was verified."""

from dataclasses import dataclass

from consent.forms.record import TermsBinding
from keys.json_value import JsonObject
from verifiers.verifying.verification import VerifiedPresentation


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What the wallet is told: where to lead the person, and what it may keep."""

    redirect_uri: str | None = None
    receipt: JsonObject | None = None

    def as_dict(self) -> JsonObject:
        """Return the JSON answer to the post (OpenID4VP 8.2)."""
        answer: JsonObject = {}
        if self.redirect_uri is not None:
            answer["redirect_uri"] = self.redirect_uri
        if self.receipt is not None:
            answer["mydata_receipt"] = self.receipt
        return answer


def receipt_for(verified: VerifiedPresentation) -> JsonObject | None:
    """Return what our own wallet, which recorded the consent, keeps; strangers need none."""
    receipt = verified.use.receipt
    if receipt is None or receipt.record.evidence.terms_binding is not TermsBinding.SHOWN:
        return None
    return {"countersignature": receipt.countersignature, "used": receipt.as_dict()}
