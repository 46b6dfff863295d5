"""What must be true after every fact, and as time goes by: apart from the code under test.

Nothing here asks the floor's own rules; who may serve whom is written down a second time.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from ccbot.clock import Clock
from ccbot.core.agents import Agent, AgentState
from ccbot.core.calls import Call, Stage
from ccbot.core.facts import (
    AnyFact,
    OfferAccepted,
    OfferMade,
    OfferMissed,
    Phone,
    RoutingPublished,
    Stamped,
)
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId, OfferId
from ccbot.pbx.accounts import endpoint_of
from tests.sim.agent_books import Meetings, Misses, Rests, WrapUps
from tests.sim.door_books import Doors, Lazy
from tests.sim.offer_books import Winners
from tests.sim.place_books import Places
from tests.sim.routing_books import Chances
from tests.sim.supervision_books import Leftovers
from tests.sim.talk_books import Talks

LATE_S = 1.0
"""A hang-up's event and the handful of requests that clean up after it take no longer."""

ASKED_S = 0.1
"""After a start Asterisk is asked about one phone after the other: each takes as long."""

PHONE_LOOK_S = 0.1
FLOOR_LOOK_S = 0.5


class Floorwalker:
    """Listens to the desk, and looks at the floor as soon as each step is whole.

    ``border_s``: so exact are the loop's timers.
    """

    def __init__(self, floor: Floor, clock: Clock, *, border_s: float = 0.0) -> None:
        self._floor = floor
        self._clock = clock
        self._is_at_work: Callable[[], bool] = lambda: True
        self._look_is_due = False
        self._offers: dict[OfferId, OfferMade] = {}
        self._published_at: datetime | None = None
        self._rests = Rests(floor, border_s)
        self._misses = Misses(floor)
        self._wrap_ups = WrapUps(floor)
        self._meetings = Meetings(floor)
        self._doors = Doors(floor)
        self._lazy = Lazy(floor)
        self._chances = Chances(floor)
        self._winners = Winners(floor)
        self._places = Places(floor)
        self.leftovers = Leftovers(floor, tuple)
        """Whoever has an Asterisk puts a better one here."""
        self._talks = Talks(floor)
        self.problems: list[str] = []

    def moves_to(self, floor: Floor, is_at_work: Callable[[], bool]) -> None:
        """Another process has taken over; what was promised before still holds."""
        self._floor = floor
        self._is_at_work = is_at_work
        books = (
            self._rests,
            self._misses,
            self._wrap_ups,
            self._meetings,
            self._chances,
            self._winners,
            self._places,
            self._talks,
        )
        for one in books:
            one.moves_to(floor)
        for door_books in (self._doors, self._lazy):
            door_books.moves_to(floor)
        self.leftovers.moves_to(floor)

    def listen(self, stamped: Stamped) -> None:
        """A listener of the desk. The offer is looked at now, all else after the step."""
        fact = stamped.fact
        if isinstance(fact, OfferMade) and not self._talks.has(fact.call):
            self._check_order(fact, stamped.at)
        self.keep_books(stamped.fact, stamped.at)
        if not self._look_is_due:
            self._look_is_due = True
            asyncio.get_running_loop().call_soon(self.look)

    def keep_books(self, fact: AnyFact, now: datetime) -> None:
        """Who missed which call, and when."""
        if isinstance(fact, OfferMade):
            self._offers[fact.offer] = fact
        elif isinstance(fact, OfferMissed):
            made = self._offers[fact.offer]
            self._rests.missed(made, fact.reason, now)
            self._misses.missed(made, fact.reason)
        elif isinstance(fact, RoutingPublished):
            self._published_at = now
        elif isinstance(fact, OfferAccepted):
            self._misses.answered(self._offers[fact.offer].agent)
        self._rests.keep_books(fact)
        self._chances.keep_books(fact, now)
        self._wrap_ups.keep_books(fact, max(now, self._clock.now()))  # not before it is known
        self._lazy.keep_books(fact, now)
        for problem in (
            *self._misses.problems(fact),
            *self._meetings.problems(fact),
            *self._winners.problems(fact, now),
            *self._places.problems(fact),
            *self._talks.problems(fact, now),
            *self._doors.problems(fact, now),
        ):
            self._problem(problem)

    async def looks_for_ever(self) -> None:
        """What time alone should have brought about is missed only by looking without a fact."""
        while True:
            await asyncio.sleep(FLOOR_LOOK_S)
            await asyncio.sleep(0)  # other timers of this very moment come first
            self.look()

    def look(self) -> None:
        """Check everybody on the floor, now; unless ccbot has only just begun to find its way."""
        self._look_is_due = False
        if not self._is_at_work():
            return
        now = self._clock.now()
        for agent in self._floor.agents.values():
            self._check_agent(agent)
        for call in self._floor.calls.values():
            self._check_call(call, now)
        self._check_nobody_waits_in_vain(now)
        for problem in (
            *self._misses.too_many(),
            *self._wrap_ups.too_long(now),
            *self._doors.full(),
            *self._winners.ring_on(now),
            *self._lazy.too_long(now),
            *self.leftovers.problems(now),
            *self._talks.alone(now),
        ):
            self._problem(problem)

    def _check_agent(self, agent: Agent) -> None:
        offers = [one.id for one in self._floor.offers.values() if one.agent == agent.id]
        talks = self._talks.of(agent.id)
        busy = len(offers) + len(talks)
        if busy > 1:
            self._problem(f"agent {agent.id} has offers {offers} and talks {talks}")
        if busy != (agent.state in {AgentState.OFFERED, AgentState.TALKING}):
            self._problem(f"agent {agent.id} is {agent.state} with {offers} and {talks}")

    def _check_call(self, call: Call, now: datetime) -> None:
        offers = [one.id for one in self._floor.offers.values() if one.call == call.id]
        if call.stage is not Stage.CONSULT and (call.stage is Stage.RINGING) != bool(offers):
            self._problem(f"{call.id} is {call.stage} with offers {offers}")
        if offers != call.offers:
            self._problem(f"{call.id} has offers {offers}, not {call.offers}")
        if call.stage in {Stage.WAITING, Stage.RINGING} and not call.owed:
            assert call.group is not None
            assert call.waiting_since is not None
            group = self._floor.group(call.group)
            rung_s = group.ring_s + 5 + group.answer_guard_s
            rings = timedelta(seconds=(rung_s if call.stage is Stage.RINGING else 0) + LATE_S)
            until = call.waiting_since + timedelta(seconds=group.wait_s_max)
            if now > max(until, self._published_at or until) + rings:
                self._problem(f"{call.id} waits since {call.waiting_since}")

    def _check_nobody_waits_in_vain(self, now: datetime) -> None:
        free = [one for one in self._floor.agents.values() if self._is_free(one, now)]
        for call in self._asking(now) if free else ():
            for agent in free:
                if self._must(agent, call, now):
                    self._problem(f"agent {agent.id} sits while {call.id} waits")

    def _check_order(self, made: OfferMade, now: datetime) -> None:
        """Runs as the offer was made: the agent would have been free for these calls too."""
        agent, chosen = self._floor.agents[made.agent], self._floor.calls[made.call]
        if self._chances.was_given_to(chosen, agent):
            return
        if self._rests.rests(agent.id, now):
            self._problem(f"agent {agent.id} was asked in his rest")
        for wrong in self._chances.wrongs(made, now):
            self._problem(wrong)
        for call in self._asking(now):
            if self._chances.is_before(call, chosen, now) and self._must(
                agent, call, now, beside=chosen
            ):
                self._problem(f"{chosen.id} was served before {call.id}, who comes first")
        for other in self._floor.agents.values():
            if (
                self._is_free(other, now)
                and self._must(other, chosen, now, beside=chosen)
                and self._chances.is_preferred(other, agent, chosen)
            ):
                self._problem(f"agent {agent.id} was asked before {other.id}")

    def _asking(self, now: datetime) -> list[Call]:
        """Who waits, or rings where all are rung: whoever is free belongs there."""
        return [
            call
            for call in self._floor.calls.values()
            if call.stage is Stage.WAITING or self._rings_more_phones(call, now)
        ]

    def _rings_more_phones(self, call: Call, now: datetime) -> bool:
        """Where all are rung; where the group is gone, phones ring on, and no other one does."""
        is_there = call.group in self._floor.routing.groups
        return is_there and self._winners.may_ring_another(call, now)

    def _must(self, agent: Agent, call: Call, now: datetime, *, beside: Call | None = None) -> bool:
        """Whether this call has a right to the agent; what rings already counts itself as one."""
        if call.stage is not Stage.RINGING:
            return self._chances.must(agent, call, now, beside=beside)
        ringing = [self._floor.offers[one].agent for one in call.offers]
        if not self._chances.is_as_good(agent, ringing, call):
            return False
        return self._chances.must(agent, call, now, beside=call)

    def _is_free(self, agent: Agent, now: datetime) -> bool:
        if agent.state is not AgentState.READY or agent.phone is not Phone.IDLE:
            return False
        if agent.supervises is not None:
            return False
        return not self._rests.rests(agent.id, now, at_the_border=True)

    def _problem(self, text: str) -> None:
        self.problems.append(f"{self._clock.now():%H:%M:%S.%f} {text}")


class PhoneWatch:
    """Compares what ccbot believes of each phone with what Asterisk knows of it."""

    def __init__(
        self,
        floor: Floor,
        device_state: Callable[[str], str],
        clock: Clock,
        is_connected: Callable[[], bool],
    ) -> None:
        self._is_connected = is_connected
        self._floor = floor
        self._device_state = device_state
        self._clock = clock
        self._wrong_since: dict[tuple[AgentId, Phone, Phone], datetime] = {}
        self._found: dict[object, str] = {}

    @property
    def problems(self) -> list[str]:
        """Each wrong belief that lasted, once."""
        return list(self._found.values())

    def forgive(self) -> None:
        """What was found so far was meant to be wrong."""
        self._found.clear()
        self._wrong_since.clear()

    async def look_for_ever(self) -> None:
        """A difference may last as long as an event takes, and no longer."""
        while True:
            await asyncio.sleep(PHONE_LOOK_S)
            if self._is_connected():
                self._look(self._clock.now())
            else:
                self._wrong_since.clear()  # nobody tells ccbot of anything now

    def _look(self, now: datetime) -> None:
        wrong = {
            (agent.id, agent.phone, truth)
            for agent in self._floor.agents.values()
            if (truth := PHONES[self._device_state(endpoint_of(agent.id))]) is not agent.phone
        }
        self._wrong_since = {one: self._wrong_since.get(one, now) for one in wrong}
        late = timedelta(seconds=LATE_S + ASKED_S * len(self._floor.agents))
        for one, since in self._wrong_since.items():
            if now - since > late:
                agent, believed, truth = one
                self._found[one, since] = (
                    f"{since:%H:%M:%S.%f} {agent}'s phone is {truth}, not {believed}"
                )


PHONES = {
    "NOT_INUSE": Phone.IDLE,
    "RINGING": Phone.RINGING,
    "BUSY": Phone.BUSY,
    "UNAVAILABLE": Phone.UNREACHABLE,
    "INVALID": Phone.UNREACHABLE,
}
