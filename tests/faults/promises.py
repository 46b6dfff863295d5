"""The journal of a real centre, held against the simulation's books: what must be true of a floor.

The facts are applied once more, in their order, and looked at as the simulation looks at them.
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import asyncpg

from ccbot.core.decisions import Decision, Post
from ccbot.core.facts import AnyFact, FloorSeen, OfferMade, Stamped, decode
from ccbot.core.floor import Floor
from ccbot.core.snapshot import floor_of
from tests.faults.routing import faulty_routing
from tests.sim.checkers import Floorwalker

BORDER_S = 0.005
"""A real loop's timers are whole milliseconds, and now and then one of them early."""

Absence = tuple[datetime, datetime]
"""From when to when there was no ccbot that took calls."""


async def journal(database_url: str) -> list[Stamped]:
    """Every fact so far, in the order in which they were applied."""
    connected = await asyncpg.connect(database_url)
    try:
        rows = await connected.fetch("select at, fact from facts order by outbox_id, seq")
    finally:
        await connected.close()
    return [Stamped(row["at"], decode(row["fact"])) for row in rows]


async def broken_promises(
    facts: Sequence[Stamped], since: datetime, absences: Sequence[Absence]
) -> list[str]:
    """What was wrong at any moment from then on, but for those in which ccbot was not there.

    A fact that is refused is the last one told: the books know nothing to go on with.
    """
    replay = _Replay(absences)
    for stamped in facts:
        if not await replay.take(stamped):
            break
    await replay.step_ends()
    return [one.text for one in replay.found if one.at >= since]


def told_of(facts: Sequence[Stamped], problems: Iterable[str]) -> list[str]:
    """What the journal tells of the first call that a problem names."""
    named = re.search(r"call-[0-9a-z]+", "\n".join(problems))
    if named is None:
        return []
    offers = {
        one.fact.offer
        for one in facts
        if isinstance(one.fact, OfferMade) and one.fact.call == named[0]
    }
    return [
        f"{at:%T.%f} {fact}"
        for at, fact in facts
        if getattr(fact, "call", "") == named[0] or getattr(fact, "offer", "") in offers
    ]


class _Found(NamedTuple):
    at: datetime
    text: str


class _Replay:
    """One floor after the other, each process with its own; the books go on."""

    def __init__(self, absences: Sequence[Absence]) -> None:
        self.found: list[_Found] = []
        self._now = datetime.min.replace(tzinfo=UTC)
        self._absences = absences
        self._floor = Floor(faulty_routing())
        self._follows: list[AnyFact] = []
        self._walker = Floorwalker(self._floor, self, border_s=BORDER_S)
        self._walker.moves_to(self._floor, self._is_at_work)

    def now(self) -> datetime:
        """The clock of the books."""
        return self._now

    async def take(self, stamped: Stamped) -> bool:
        """Apply the next fact, unless it is refused.

        Before it, look at what the step before it came to.
        """
        fact = stamped.fact
        if fact not in self._follows and not isinstance(fact, OfferMade):
            await self.step_ends()
        self._now = max(self._now, stamped.at)
        if isinstance(fact, FloorSeen):
            self._begins_anew(floor_of(fact.floor))
            return True
        decisions = self._floor.apply(fact, stamped.at)
        if decisions is None:
            self._note([f"refused when applied again: {fact}"])
            return False
        self._follows += _posts(decisions)
        self._walker.listen(stamped)
        return True

    async def step_ends(self) -> None:
        """The books look at the floor, as they do when a step is whole."""
        self._follows.clear()
        await asyncio.sleep(0)
        self._note(self._walker.problems)
        self._walker.problems.clear()

    def _begins_anew(self, floor: Floor) -> None:
        self._floor = floor
        self._walker.moves_to(floor, self._is_at_work)

    def _is_at_work(self) -> bool:
        return not any(since <= self._now <= until for since, until in self._absences)

    def _note(self, problems: Iterable[str]) -> None:
        self.found += [_Found(self._now, one) for one in problems]


def _posts(decisions: Iterable[Decision]) -> list[AnyFact]:
    return [one.fact for one in decisions if isinstance(one, Post)]
