"""What the holder keeps of the day of a sharing, so that it can be proven when nobody answers.

Nothing is fetched for it: request, trust list and status lists are those the wallet has just used.
No disclosure goes in, so the kept receipt holds no value and no salt of a claim.
"""

from consent.forms.offline import TOKEN_LIMIT, Offline
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
    return Offline(
        kb_jwts=tuple(text.rpartition("~")[2] for text in texts),
        issuer_jwts=tuple(text.partition("~")[0] for text in texts),
        disclosed_digests=tuple(each.digests for each in prepared.presentations),
        request_object=request_object,
        trust_list=_kept(ports.trust_token()),
        status_tokens=tuple(filter(_kept, ports.lists.tokens(held))),
    )


def _kept(token: str | None) -> str | None:
    return token if token is not None and len(token) <= TOKEN_LIMIT else None
