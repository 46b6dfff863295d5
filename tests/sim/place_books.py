"""Who waited since when before another routing went live: nobody may lose anything of it."""

from collections.abc import Iterable
from datetime import datetime

from ccbot.core.calls import Stage
from ccbot.core.facts import AnyFact, GroupChosenBy, QueueChanged, RoutingPublished
from ccbot.core.floor import Floor
from ccbot.core.ids import CallId

Place = tuple[datetime | None, datetime]


class Places:
    """Since when each caller waits, as of the fact before."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._before: dict[CallId, Place] = {}

    def moves_to(self, floor: Floor) -> None:
        """Another process has taken over."""
        self._floor = floor

    def problems(self, fact: AnyFact) -> Iterable[str]:
        """After each fact: what a publication, or what follows from it, has cost a caller."""
        now = self._waiting()
        if self._is_of_publication(fact):
            for call, place in self._before.items():
                if call in now and now[call] != place:
                    yield f"{call} waited since {place}, and since {now[call]} after a publication"
                if call not in now and call in self._floor.calls:
                    yield f"{call} does not wait any more after a publication"
        self._before = now

    def _waiting(self) -> dict[CallId, Place]:
        return {
            call.id: (call.waiting_since, call.in_line_since)
            for call in self._floor.calls.values()
            if call.stage in {Stage.WAITING, Stage.RINGING}
        }

    @staticmethod
    def _is_of_publication(fact: AnyFact) -> bool:
        if isinstance(fact, QueueChanged):
            return fact.by is GroupChosenBy.PUBLISHED
        return isinstance(fact, RoutingPublished)
