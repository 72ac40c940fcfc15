"""What the holder keeps of the day of a sharing, so that it can be proven when nobody answers.

Nothing is fetched for it: request, trust list and status lists are those the wallet has just used.
No disclosure goes in, so the kept receipt holds no value and no salt of a claim.
"""

from consent.forms.offline import TOKEN_LIMIT, Offline
from standards.formats.known import format_of
from standards.openid4vp.vp_token import VpToken
from wallet.ports import Ports
from wallet.presenting.presentation import PreparedAnswer


def snapshot(
    prepared: PreparedAnswer, sent: VpToken, *, request_object: str | None, ports: Ports
) -> Offline:
    """Return the offline part of the receipt; ``sent`` is what was signed of ``prepared``.

    A list that is larger than a receipt may carry is left out: then its check says "not shown".
    """
    texts = [text for _, texts in sent.by_query for text in texts]
    held = [each.disclosing.credential for each in prepared.presentations]
    signed = (
        format_of(credential.format).read_presented(text).holder_part
        for credential, text in zip(held, texts, strict=True)
    )
    return Offline(
        kb_jwts=tuple(filter(None, signed)),
        issuer_jwts=tuple(each.content.issuer_part for each in held),
        disclosed_digests=tuple(each.unsigned.digests for each in prepared.presentations),
        request_object=request_object,
        trust_list=_kept(ports.trust_token()),
        status_tokens=tuple(filter(_kept, ports.lists.tokens(held))),
    )


def _kept(token: str | None) -> str | None:
    return token if token is not None and len(token) <= TOKEN_LIMIT else None
