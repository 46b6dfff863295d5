"""A talk and everybody who belongs to it, until the customer is in no talk any more.

Facts decide and this seats: keys, phones that hang up and whoever asks through the API only post
facts; after each, everybody is brought where the floor says. So a talk that is taken up after a
restart is seated just so.
"""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import NamedTuple

import structlog

from ccbot.core.calls import TALKS, talkers
from ccbot.core.facts import Missed, OfferMissed
from ccbot.core.ids import AgentId, OfferId
from ccbot.core.partings import parting
from ccbot.flows.aside import Aside, aside
from ccbot.flows.phone_buttons import heed_hold
from ccbot.flows.refer import obey_refer
from ccbot.flows.seating import seat
from ccbot.flows.talk_codes import Party, obey_codes
from ccbot.flows.talk_voices import Voices
from ccbot.flows.targets import rung_target
from ccbot.flows.visitor import Visit
from ccbot.pbx.hangup import HungUp
from ccbot.pbx.insist import NotDone
from ccbot.pbx.leg import Leg, LegGone
from ccbot.pbx.refer import Progress, Refer
from ccbot.pbx.room import Room

log = structlog.get_logger()

SEAT_AGAIN_S = 1.0
"""Who could not be seated is brought to the same place again so much later."""


class Attended(NamedTuple):
    """An agent's leg, and the task that listens to its keys."""

    leg: Leg
    task: asyncio.Task[None]


class Table:
    """One talk."""

    def __init__(
        self, visit: Visit, room: Room, tasks: asyncio.TaskGroup, *, goes_on: bool
    ) -> None:
        self._visit = visit
        self._room = room
        self._tasks = tasks
        self._agents: dict[AgentId, Attended] = {}
        self._rung: set[OfferId] = set()
        self._targets: set[asyncio.Task[None]] = set()
        self._refer_open: set[AgentId] = set()
        """Whose phones wait to be told what became of the transfer that they asked for."""
        self.legs = AsyncExitStack()
        """Holds the legs of those who came by a transfer."""
        self._voices = Voices(visit, room, tasks, goes_on=goes_on)

    async def talk(self) -> None:
        """Until the talk is over, the customer stands in a queue, or it was a slip of the hand."""
        ticket = self._visit.desk.ticket(self._visit.id)
        while self._goes_on():
            self._look_after_phones()
            await self._welcome_owner()
            await self._let_others_go()
            self._heed_phone_of_owner()
            self._heed_refers()
            seated = await seat(self._visit, self._room, self._legs())
            if not self._goes_on():
                return
            self._voices.speak({agent: one.leg for agent, one in self._agents.items()})
            with suppress(TimeoutError):
                async with asyncio.timeout(None if seated else SEAT_AGAIN_S):
                    await ticket.news()

    def _goes_on(self) -> bool:
        """They talk, or are together and it is not known yet whether they do."""
        call = self._visit.call
        met = call.answered is not None and call.transfer is None
        return call.stage in TALKS or (met and self._of(call.answered) in self._agents)

    def _of(self, offer: OfferId | None) -> AgentId | None:
        found = self._visit.desk.floor.offers.get(offer) if offer is not None else None
        return None if found is None else found.agent

    def _legs(self) -> dict[AgentId, Leg]:
        return {agent: one.leg for agent, one in self._agents.items()}

    # ---- agents ---------------------------------------------------------------------------------

    def attend(self, agent: AgentId, leg: Leg | None) -> None:
        """The agent is there: from now on his keys and his hang-up are heeded."""
        if leg is None or leg.ended.is_set():
            has_left(self._visit, agent)
            return
        if agent in self._agents:
            return
        leg.when_phone_acts = self._news
        task = self._start(partial(self._attend, agent, leg), f"keys of {agent}")
        self._agents[agent] = Attended(leg, task)

    async def _attend(self, agent: AgentId, leg: Leg) -> None:
        try:
            async with leg.scope:
                await obey_codes(Party(self._visit, leg, agent))
        except LegGone:
            log.info("an agent's line is gone, unseen", agent=agent)
            await leg.end_is_known()
        except HungUp as gone:
            if gone.scope is not leg.scope:
                raise
        has_left(self._visit, agent)
        self._news()

    async def _welcome_owner(self) -> None:
        """A supervisor took the talk over: he comes in before the agent goes."""
        call = self._visit.call
        if call.owner is None or call.owner in self._agents or not self._agents:
            return
        leg = self._visit.exchange.leg(call.agent_leg)
        self.attend(call.owner, leg)
        if leg is not None:
            self.legs.push_async_callback(leg.hang_up)
            with suppress(LegGone, NotDone, TimeoutError):
                await self._room.bring_in(leg)

    def _heed_phone_of_owner(self) -> None:
        call = self._visit.call
        owner = call.owner or self._of(call.answered)
        if owner is not None and (there := self._agents.get(owner)) is not None:
            heed_hold(self._visit, owner, there.leg)

    def _heed_refers(self) -> None:
        """Wishes of phones; and whose came to nothing is told so, for she is back with him."""
        for agent, one in self._agents.items():
            if (refer := one.leg.next_refer()) is not None:
                party = Party(self._visit, one.leg, agent)
                obey = partial(self._obey, party, refer)
                self._targets.add(self._start(obey, f"REFER of {agent}"))
        transfer = self._visit.call.transfer
        sender = None if transfer is None else transfer.by
        for agent in (self._refer_open - {sender}) & self._agents.keys():
            self._refer_open.discard(agent)
            tell = partial(self._agents[agent].leg.tell_refer, Progress.UNAVAILABLE)
            self._targets.add(self._start(tell, f"REFER of {agent} failed"))

    async def _obey(self, party: Party, refer: Refer) -> None:
        if await obey_refer(party, refer):
            self._refer_open.add(party.agent)
            self._news()

    async def _let_others_go(self) -> None:
        """Whose part is over hears nothing more."""
        call = self._visit.call
        stay = {*talkers(call), self._of(call.answered)}
        for agent in [one for one in self._agents if one not in stay]:
            leaving = self._agents.pop(agent)
            leaving.task.cancel()
            if agent in self._refer_open:
                self._refer_open.discard(agent)
                await leaving.leg.tell_refer(Progress.ANSWERED)
            await leaving.leg.hang_up()

    def owner_left_first(self) -> None:
        """The customer hung up; if an agent did so before, by Asterisk's clock, it was he."""
        for agent, one in list(self._agents.items()):
            if one.leg.left_before(self._visit.leg):
                has_left(self._visit, agent)

    # ---- phones that ring for a transfer --------------------------------------------------------

    def _look_after_phones(self) -> None:
        call = self._visit.call
        if call.transfer is None:
            return
        for offer in call.offers:
            if offer not in self._rung:
                self._rung.add(offer)
                self._targets.add(self._start(partial(self._ring, offer), "ring a target"))

    async def _ring(self, offer_id: OfferId) -> None:
        offer = self._visit.desk.floor.offers[offer_id]
        arrived = await rung_target(self._visit, offer, self._room)
        if arrived is not None:
            await self.legs.enter_async_context(arrived.held_by)
            self.attend(offer.agent, arrived.leg)
        self._news()

    def _start(self, work: Aside, name: str) -> asyncio.Task[None]:
        return self._tasks.create_task(aside(work, name), name=name)

    def _news(self) -> None:
        self._visit.desk.ticket(self._visit.id).ring()

    def breaks_up(self) -> None:
        """Nobody listens any more; the legs end with ``legs``."""
        self._voices.fall_silent()
        for task in (*self._targets, *[one.task for one in self._agents.values()]):
            task.cancel()


def has_left(visit: Visit, agent: AgentId) -> None:
    """The agent hung up; what that means depends on what he was doing.

    Told at once and not after the tidying up: a talk might have come of it meanwhile.
    """
    call, desk = visit.call, visit.desk
    offer = desk.floor.offers.get(call.answered) if call.answered is not None else None
    if call.transfer is None and offer is not None and offer.agent == agent:
        desk.unwatch_offer(offer.id)
        desk.post(OfferMissed(offer=offer.id, reason=Missed.HUNG_UP_AT_ANSWER))
    else:
        desk.post(parting(call, agent))


async def sit_together(
    visit: Visit, room: Room, agents: Mapping[AgentId, Leg | None], *, goes_on: bool = False
) -> None:
    """The talk of these agents with the customer, to its end; the room is left as it is.

    ``goes_on``: it began in a process before this one.
    """
    problem: Exception | None = None
    async with asyncio.TaskGroup() as tasks:
        table = Table(visit, room, tasks, goes_on=goes_on)
        try:
            for agent, leg in agents.items():
                table.attend(agent, leg)
            await table.talk()
        except asyncio.CancelledError:
            table.owner_left_first()
            raise
        except Exception as error:  # noqa: BLE001 - the group would hide it in a group of errors
            problem = error
        finally:
            table.breaks_up()
            await table.legs.aclose()
    if problem is not None:
        raise problem
