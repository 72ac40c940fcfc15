"""The number the holder read from the desk's screen, held against the request's own (W11)."""

from contextlib import suppress

from wallet.errors import WalletError, WalletFailure
from wallet.presenting.sharing import Act, refuse


async def check_match(act: Act, picked: str | None) -> None:
    """Tell the party no, and raise (match_wrong), when its number is not the one picked.

    Without the refusal three tries would find the number, and whoever talks to the holder would
    have them tried. Where nobody compared (None) or no desk shows a number, all is well.
    """
    match = act.valid.match
    if match is None or picked is None or match.is_picked(picked):
        return
    # Told or not, nothing goes out.
    with suppress(WalletError):
        await refuse(act)
    raise WalletError(WalletFailure.MATCH_WRONG)
