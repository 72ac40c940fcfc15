"""The type metadata of a kind (SD-JWT VC draft-13 sections 6, 8, 9), in three languages."""

from issuers.catalogue import AnyKind
from issuers.certificate.form import Described
from issuers.certificate.statutory import is_promised
from standards.sd_jwt_vc.type_metadata import (
    ClaimDisplay,
    ClaimMetadata,
    SelectiveDisclosure,
    TypeDisplay,
    TypeMetadata,
)


def type_metadata(kind: AnyKind, base: str) -> TypeMetadata:
    """Return the document served at the kind's ``vct``."""
    descriptions = dict(kind.description.by_locale())
    return TypeMetadata(
        vct=kind.vct(base),
        name=kind.label.en,
        description=kind.description.en,
        display=tuple(
            TypeDisplay(
                locale=locale,
                name=name,
                description=descriptions[locale],
                background_color=kind.authority.background_color,
                text_color=kind.authority.text_color,
            )
            for locale, name in kind.label.by_locale()
        ),
        claims=tuple(_claim(kind, claim) for claim in kind.described),
    )


def _claim(kind: AnyKind, claim: Described) -> ClaimMetadata:
    """Every claim can be hidden, and always is in what we issue (SECURITY P8)."""
    labels = tuple(ClaimDisplay(locale, text) for locale, text in claim.label.by_locale())
    return ClaimMetadata(
        path=claim.path,
        display=labels,
        sd=SelectiveDisclosure.ALWAYS,
        mandatory=is_promised(kind, claim) or None,
    )
