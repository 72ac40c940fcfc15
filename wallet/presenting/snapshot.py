"""What the holder keeps of the day of a sharing, so that it can be proven when nobody answers.

Nothing is fetched for it: request, trust list and status lists are those the wallet has just used.
No disclosure goes in, so the kept receipt holds no value and no salt of a claim.
"""

from consent.forms.offline import TOKEN_LIMIT, KeptPresentation, Offline
from standards.formats.known import format_of
from standards.openid4vp.vp_token import VpToken
from wallet.ports import Ports
from wallet.presenting.presentation import Prepared, PreparedAnswer


def snapshot(
    prepared: PreparedAnswer, sent: VpToken, *, request_object: str | None, ports: Ports
) -> Offline:
    """Return the offline part of the receipt; ``sent`` is what was signed of ``prepared``.

    A list that is larger than a receipt may carry is left out: then its check says "not shown".
    """
    texts = [text for _, texts in sent.by_query for text in texts]
    held = [each.disclosing.credential for each in prepared.presentations]
    return Offline(
        presentations=tuple(map(_presented, prepared.presentations, texts)),
        request_object=request_object,
        trust_list=_kept(ports.trust_token()),
        status_tokens=tuple(filter(_kept, ports.lists.tokens(held))),
    )


def _presented(prepared: Prepared, text: str) -> KeptPresentation:
    content = prepared.disclosing.credential.content
    return KeptPresentation(
        format=content.format,
        holder_part=format_of(content.format).read_presented(text).holder_part,
        issuer_part=content.issuer_part,
        digests=prepared.unsigned.digests,
    )


def _kept(token: str | None) -> str | None:
    return token if token is not None and len(token) <= TOKEN_LIMIT else None
