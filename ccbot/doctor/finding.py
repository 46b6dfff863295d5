"""What the doctor found: one line on what is the case, and one on how to mend it."""

from dataclasses import dataclass
from enum import StrEnum

import msgspec


class Level(StrEnum):
    """How bad it is."""

    GOOD = "good"
    UNSEEN = "not looked at"
    """It cannot be told now, such as of a centre that does not run."""
    WARNING = "warning"
    """Calls go on; somebody should know."""
    WRONG = "wrong"
    """Calls fail, facts may be lost, or a secret lies open."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one check."""

    check: str
    level: Level
    says: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """Makes the findings of one check."""

    name: str

    def good(self, says: str) -> Finding:
        """All is well."""
        return Finding(check=self.name, level=Level.GOOD, says=says)

    def unseen(self, says: str) -> Finding:
        """Nothing can be said."""
        return Finding(check=self.name, level=Level.UNSEEN, says=says)

    def warning(self, says: str, mend: str) -> Finding:
        """Somebody should know."""
        return Finding(check=self.name, level=Level.WARNING, says=says, mend=mend)

    def wrong(self, says: str, mend: str) -> Finding:
        """Somebody has to mend it."""
        return Finding(check=self.name, level=Level.WRONG, says=says, mend=mend)
