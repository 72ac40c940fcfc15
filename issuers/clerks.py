"""Who acts at an authority's desk, and whose things they may touch."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clerk:
    """Somebody at a desk; ``authority`` None acts for every authority.

    What belongs to another authority is answered exactly like what does not exist (H90), so a
    clerk learns nothing about it, not even that it is there.
    """

    name: str
    authority: str | None = None

    def covers(self, authority: str) -> bool:
        """Tell whether things of ``authority`` are this clerk's."""
        return self.authority is None or self.authority == authority

    @property
    def is_attended(self) -> bool:
        """Whether an officer sees who applies, and what they prove."""
        return self.name not in _UNATTENDED


# Whoever holds the operator's token of this installation.
OPERATOR = Clerk("operator")
# Nobody: the citizen applies without an officer, and is counted as an applicant instead.
ONLINE = Clerk("online")
# A machine of the authority (무인민원발급기): the citizen proves who they are to it alone.
KIOSK = Clerk("kiosk")

_UNATTENDED = frozenset({ONLINE.name, KIOSK.name})
