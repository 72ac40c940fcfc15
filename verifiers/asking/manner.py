"""How a question is put to a person and their wallet."""

from dataclasses import dataclass

from standards.openid4vp.client_id import CertificatePrefix
from standards.openid4vp.dc_api import DcApiProtocol
from standards.openid4vp.request import ResponseMode
from standards.openid4vp.request_uri import RequestUriMethod
from verifiers.transaction import Flow


@dataclass(frozen=True, slots=True)
class Manner:
    """How a question is put: the person is met in ``flow``, the rest is for the wallet.

    Over the browser's API ``protocol`` says how the request is signed and ``origin`` which page
    hands it over, None for ours; there is no link then, and no ``method`` to fetch it.
    """

    flow: Flow = Flow.COUNTER
    mode: ResponseMode = ResponseMode.DIRECT_POST_JWT
    prefix: CertificatePrefix = CertificatePrefix.X509_HASH
    method: RequestUriMethod = RequestUriMethod.GET
    protocol: DcApiProtocol = DcApiProtocol.SIGNED
    origin: str | None = None
