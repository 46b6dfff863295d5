"""The journal, applied once more: the same facts give the same floor."""

from datetime import datetime

from ccbot.core import facts as f
from ccbot.core.floor import Floor
from ccbot.core.snapshot import floor_of


class Replay:
    """Goes through a journal, from a ``FloorSeen`` or from its very beginning."""

    def __init__(self) -> None:
        self.floor: Floor | None = None
        """None: the facts so far do not tell how everybody stood."""
        self.at: datetime | None = None
        """When the last fact happened."""
        self.refused = 0
        """Facts that the live floor took and this one did not: some of the journal is missing."""

    def take(self, stamped: f.Stamped) -> None:
        """Apply the next fact."""
        self.at = stamped.at
        match stamped.fact:
            case f.FloorSeen(floor=text):
                self.floor = floor_of(text)
            case f.RoutingPublished(document=document) as published if self.floor is None:
                self.floor = Floor(document)
                self.floor.apply(published, stamped.at)
            case fact if self.floor is not None:
                self.refused += self.floor.apply(fact, stamped.at) is None
            case _:
                pass
