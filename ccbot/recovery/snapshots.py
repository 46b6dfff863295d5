"""Snapshots of the floor in the journal, so that a replay need not begin at the first fact."""

import structlog

from ccbot.core.facts import FloorSeen, RoutingPublished, Stamped
from ccbot.core.snapshot import snapshot
from ccbot.desk import Desk

log = structlog.get_logger()

FACTS_MAX = 5_000
"""After so many facts, another snapshot: a replay goes through no more in a second or so."""


class Snapshots:
    """A listener of the desk that counts; whoever looks after the centre asks it to write."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._facts = FACTS_MAX

    def listen(self, stamped: Stamped) -> None:
        """One fact more; with another document, a replay had better begin anew."""
        match stamped.fact:
            case FloorSeen():
                self._facts = 0
            case RoutingPublished():
                self._facts = FACTS_MAX
            case _:
                self._facts += 1

    def write_if_due(self) -> None:
        """A snapshot, if there were enough facts since the last one, or there was none yet.

        Never raises: replays have one less, and no call ends with that.
        """
        if self._facts < FACTS_MAX:
            return
        try:
            self._desk.post(FloorSeen(floor=snapshot(self._desk.floor)))
        except Exception:
            log.exception("no snapshot could be written")
            self._facts = 0
