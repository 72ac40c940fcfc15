"""A page of the verifier of test, and the holder's platform between it and the wallet."""

from dataclasses import dataclass

from keys.strict_json import JsonObject
from standards.dcql.query import parse_query
from standards.members import members
from standards.openid4vp.client_metadata import ClientMetadata, VpFormat
from standards.openid4vp.dc_api import (
    DcApiProtocol,
    DcApiRequest,
    Signing,
    multisigned_request,
    signed_request,
    unsigned_request,
)
from standards.openid4vp.origin import Origin
from standards.openid4vp.request import AuthorizationRequest, ResponseMode, VerifierInfo
from standards.openid4vp.response import AuthorizationResponse, ErrorResponse, read_parameters
from tests.wallet.stranger_of_test import StrangerOfTest
from tests.wallet.verifier_of_test import VerifierOfTest
from tests.wallet.world import HOLDER

PAGE = "https://shop.example"


@dataclass
class PageOfTest:
    """One request of a page at `PAGE`, signed for it."""

    verifier: VerifierOfTest
    protocol: DcApiProtocol = DcApiProtocol.SIGNED
    mode: ResponseMode = ResponseMode.DC_API_JWT

    @property
    def request(self) -> AuthorizationRequest:
        verifier = self.verifier
        infos = verifier.claims().get("verifier_info", [])
        assert isinstance(infos, list)
        keys = (verifier.key.public,) if self.mode.is_encrypted else ()
        return AuthorizationRequest(
            client_id=verifier.client_id,
            response_uri="",
            nonce=verifier.nonce,
            dcql_query=parse_query(verifier.dcql),
            response_mode=self.mode,
            client_metadata=ClientMetadata((VpFormat("dc+sd-jwt"),), keys, ("A256GCM",)),
            verifier_info=tuple(
                VerifierInfo.parse(members(each, "info", ValueError)) for each in infos
            ),
        )

    def handed(self) -> DcApiRequest:
        """Return what the page gives to the browser."""
        verifier = self.verifier
        signing = Signing(
            verifier.signer, verifier.chain, Origin(PAGE), verifier.now, verifier.lifetime
        )
        match self.protocol:
            case DcApiProtocol.UNSIGNED:
                return unsigned_request(self.request)
            case DcApiProtocol.SIGNED if isinstance(verifier, StrangerOfTest):
                token = signed_request(self.request, signing).tokens()[0]
                signed = verifier.sign_again(token)
                return DcApiRequest(self.protocol, {"request": signed})
            case DcApiProtocol.SIGNED:
                return signed_request(self.request, signing)
            case DcApiProtocol.MULTISIGNED:
                names = (verifier.client_id, "x509_san_dns:desk.example")
                return multisigned_request(self.request, signing, client_ids=names)

    async def hand_over(self, origin: str = PAGE, holder: str = HOLDER) -> str:
        """Let the platform hand it over; return what the wallet calls it."""
        wallets = self.verifier.world.wallets
        return await wallets.take_over(holder, self.handed().as_dict(), origin)

    async def answer(self, request_uri: str) -> JsonObject:
        """Return what the platform takes back."""
        answered = await self.verifier.world.wallets.handed_answer(HOLDER, request_uri)
        assert answered is not None
        assert self.protocol.value == answered["protocol"]
        data = answered["data"]
        assert isinstance(data, dict)
        return data

    async def opened(self, request_uri: str) -> AuthorizationResponse | ErrorResponse:
        """Return the answer as the verifier reads it."""
        return read_parameters(
            await self.answer(request_uri),
            query=self.request.dcql_query,
            expected_state=None,
            decryption_key=self.verifier.key if self.mode.is_encrypted else None,
        )
