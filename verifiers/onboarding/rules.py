"""The rules a request is looked over by: each with its section, and how to mend what breaks it."""

from enum import Enum, unique


@unique
class Rule(Enum):
    """One rule: ``section`` of the standard that has it, ``mend`` what to do when it is broken.

    ``code``, by which programs and texts name it, is the member's name in lower case.
    """

    HTTP_STATUS = ("RFC 9101 5.2.3", "Answer a fetch of the request_uri with 200 and the object.")
    MEDIA_TYPE = (
        "OpenID4VP 5.10.1",
        "Answer with Content-Type: application/oauth-authz-req+jwt.",
    )
    LINK = (
        "OpenID4VP 5",
        "Put client_id and request_uri into the link, and nothing that contradicts them.",
    )
    OBJECT = ("RFC 9101 4", "Send the request as one compact JWS: header.payload.signature.")
    TYP = ("OpenID4VP 5", 'Set "typ": "oauth-authz-req+jwt" in the protected header.')
    SIGNER = (
        "OpenID4VP 5.9.3",
        "Sign with the key that client_id names, and send its certificate in x5c, leaf first.",
    )
    AUDIENCE = ("OpenID4VP 5.8", 'Set "aud": "https://self-issued.me/v2".')
    TIMES = ("RFC 7519 4.1", "Set iat and exp as numbers of seconds, and look at your clock.")
    CLIENT_ID = (
        "OpenID4VP 5.9",
        "Use a prefix that wallets know, such as x509_hash: or x509_san_dns:.",
    )
    RESPONSE_TYPE = ("OpenID4VP 5.4", 'Set "response_type": "vp_token".')
    RESPONSE_MODE = ("HAIP 5.1", 'Set "response_mode": "direct_post.jwt".')
    RESPONSE_URI = (
        "OpenID4VP 8.2",
        "Give an https response_uri of your own host, and no redirect_uri beside it.",
    )
    NONCE = ("OpenID4VP 5.2", "Give a fresh random nonce of URL-safe characters, 22 or more.")
    STATE = ("OpenID4VP 5.3", "Write state in URL-safe characters; it is needed without binding.")
    QUERY = ("OpenID4VP 6", "Correct dcql_query at the place that is named.")
    METADATA = (
        "OpenID4VP 11.1",
        'Say in client_metadata.vp_formats_supported that you can check "dc+sd-jwt".',
    )
    ENCRYPTION = (
        "OpenID4VP 8.3",
        "Put one P-256 encryption key with alg ECDH-ES and a kid into client_metadata.jwks.",
    )
    VERIFIER_INFO = ("OpenID4VP 5.11", "Give format and data in each entry of verifier_info.")
    NOTHING_ELSE = (
        "OpenID4VP 5.1; RFC 9101 4",
        "Leave out request and request_uri inside, and transaction_data of unknown types.",
    )
    TERMS = (
        "PIPA 15 (2)",
        "Say in verifier_info what it is for, for how long and on what basis.",
    )
    OVER_ASKING = ("PIPA 16 (1)", "Ask only for the claims your terms name.")
    UNIQUE_IDENTIFIERS = (
        "PIPA 24-2",
        "Leave the resident number out: it takes a statute, and no wallet sends it without one.",
    )

    def __init__(self, section: str, mend: str) -> None:
        self.code = self.name.lower()
        self.section = section
        self.mend = mend
