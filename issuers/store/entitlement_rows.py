"""An entitlement as columns, which offers and certificates share."""

from typing import Any

from sqlalchemy import Row

from consent.forms.statutory import StatutoryView
from issuers.certificate.options import Chosen
from issuers.offers.offer import Entitlement


def entitlement_row(entitlement: Entitlement) -> dict[str, Any]:
    """Return the columns both tables have; an offer has details and options besides."""
    return {
        "authority": entitlement.authority,
        "kind": entitlement.kind,
        "citizen": entitlement.citizen,
        "purpose": entitlement.purpose.name,
        "about": entitlement.about,
        "view": entitlement.view,
        "officer": entitlement.officer,
        "mandate": entitlement.mandate,
    }


def view_in(row: Row[Any]) -> StatutoryView | None:
    """Return the view of a row."""
    return None if row.view is None else StatutoryView(row.view)


def options_text(options: Chosen) -> str:
    """Return options as they are stored; names and choices are the kinds' own, without breaks."""
    return "\n".join(f"{name}={choice}" for name, choice in options)


def options_in(text: str) -> Chosen:
    """Return stored options."""
    pairs = (line.partition("=") for line in text.splitlines())
    return tuple((name, choice) for name, _, choice in pairs)
