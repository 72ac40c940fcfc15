"""When an mdoc was signed and when it is good (ISO/IEC 18013-5 section 9.1.2.4)."""

import re
from datetime import UTC, datetime
from typing import Final, NamedTuple

from standards.cbor.members import CborMembers
from standards.cbor.value import DATE_TIME, CborValue, Encodable, Tagged
from standards.mdoc.errors import MdocError, MdocFailure

_UPDATE: Final = "expectedUpdate"
# No fraction of a second and no offset from UTC.
_TDATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


class ValidityInfo(NamedTuple):
    """When it was signed, and from when until when it is good; whole seconds, UTC."""

    signed: datetime
    valid_from: datetime
    valid_until: datetime
    expected_update: datetime | None = None

    def as_cbor(self) -> dict[str, Encodable]:
        """Return the map `parse_validity` reads."""
        read: dict[str, Encodable] = {
            "signed": _tdate(self.signed),
            "validFrom": _tdate(self.valid_from),
            "validUntil": _tdate(self.valid_until),
        }
        if self.expected_update is not None:
            read[_UPDATE] = _tdate(self.expected_update)
        return read


def parse_validity(read: CborMembers) -> ValidityInfo:
    """Return the times in a ``validityInfo``, or raise mso_malformed."""
    validity = ValidityInfo(
        _moment(read.any("signed")),
        _moment(read.any("validFrom")),
        _moment(read.any("validUntil")),
        _moment(read.any(_UPDATE)) if read.has(_UPDATE) else None,
    )
    if not validity.signed <= validity.valid_from <= validity.valid_until:
        raise _malformed("signed, validFrom and validUntil in this order were expected")
    return validity


def _moment(value: CborValue) -> datetime:
    match value:
        case Tagged(number=0, content=str(text)) if _TDATE.fullmatch(text):
            try:
                return datetime.fromisoformat(text)
            except ValueError:
                pass
        case _:
            pass
    raise _malformed("a tagged date and time in UTC, without fractions, was expected")


def _tdate(moment: datetime) -> Tagged:
    """Return a moment in whole seconds, rounded down."""
    in_utc = moment.astimezone(UTC).replace(tzinfo=None)
    return Tagged(DATE_TIME, in_utc.isoformat(timespec="seconds") + "Z")


def _malformed(detail: str) -> MdocError:
    return MdocError(MdocFailure.MSO_MALFORMED, detail)
