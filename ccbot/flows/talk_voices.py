"""What is said and heard within a talk besides the people: greetings, kind words, ringing."""

import asyncio
from functools import partial
from typing import NamedTuple

from ccbot.core.calls import Call, Stage
from ccbot.core.ids import AgentId
from ccbot.flows.aside import Aside, aside
from ccbot.flows.pick_up import greet
from ccbot.flows.visitor import Visit
from ccbot.pbx.leg import Leg
from ccbot.pbx.room import Room

REMIND_S = 30.0
"""From one kind word to the next while a customer is held or handed on."""

RINGING = "ring"

VOICE = "voice in a talk"

_APART = {Stage.HOLD, Stage.CONSULT}


class State(NamedTuple):
    """While this is the same, a voice goes on."""

    apart: bool
    """The customer hears music."""
    owners: tuple[AgentId, ...]
    failed: int


class Voices:
    """One voice for the customer, or for all in the room; and the ringing that a sender hears.

    Each is silent as soon as the stage is another one.
    """

    def __init__(
        self, visit: Visit, room: Room, tasks: asyncio.TaskGroup, *, goes_on: bool
    ) -> None:
        self._visit = visit
        self._room = room
        self._tasks = tasks
        self._greeted = {*visit.call.greeted, *_talked_before(visit.call, goes_on=goes_on)}
        """Whom nobody need introduce."""
        self._state: State | None = None
        self._speaking: asyncio.Task[None] | None = None
        self._ringing: asyncio.Task[None] | None = None

    def speak(self, legs: dict[AgentId, Leg]) -> None:
        """Say what is due now; what is being said goes on while nothing has changed."""
        call = self._visit.call
        self._ring(call, legs)
        apart = call.stage in _APART
        owners = () if apart else _owners(self._visit, call)  # whom she does not hear
        state = State(apart, owners, call.transfers_failed)
        before, self._state = self._state, state
        if state == before:
            return
        if self._speaking is not None:
            self._speaking.cancel()
        self._speaking = self._start(partial(self._due, call, before, state))

    async def _due(self, call: Call, before: State | None, state: State) -> None:
        if call.stage is Stage.HOLD:
            await self._remind()
        elif call.stage is Stage.CONSULT:
            await self._announce_and_remind()
        elif before is not None and state.failed > before.failed:
            await self._say_in_the_room("transfer.failed")
        else:
            await self._greet(call)

    async def _remind(self) -> None:
        while True:
            await asyncio.sleep(REMIND_S)
            await self._visit.leg.play("hold.remind")

    async def _announce_and_remind(self) -> None:
        await self._visit.leg.play("transfer.announce")
        await self._remind()

    async def _say_in_the_room(self, prompt: str) -> None:
        clip = self._visit.exchange.clip(prompt, self._visit.leg.language)
        if clip is not None:
            await self._room.play(clip)

    async def _greet(self, call: Call) -> None:
        """The agent who has her now is introduced, once."""
        known = {*self._greeted, *call.greeted}
        new = [one for one in _owners(self._visit, call) if one not in known]
        for agent in new:
            self._greeted.add(agent)
            await greet(self._visit, agent, self._room)

    def _ring(self, call: Call, legs: dict[AgentId, Leg]) -> None:
        """The sender hears ringing until somebody has answered."""
        transfer = call.transfer
        waits = transfer is not None and transfer.target is None and not transfer.sender_left
        if waits and self._ringing is None and call.stage is Stage.CONSULT:
            assert transfer is not None
            if (leg := legs.get(transfer.by)) is not None:
                self._ringing = self._start(partial(leg.sound, RINGING))
        elif not waits and self._ringing is not None:
            self._ringing.cancel()
            self._ringing = None

    def _start(self, work: Aside) -> asyncio.Task[None]:
        return self._tasks.create_task(aside(work, VOICE), name=VOICE)

    def fall_silent(self) -> None:
        """At once."""
        for one in (self._speaking, self._ringing):
            if one is not None:
                one.cancel()


def _talked_before(call: Call, *, goes_on: bool) -> tuple[AgentId, ...]:
    """After a restart: her first agent; what was begun of his greeting is not begun again."""
    owner = call.owner
    return (owner,) if goes_on and owner is not None and not call.hops else ()


def _owners(visit: Visit, call: Call) -> tuple[AgentId, ...]:
    """Whose customer she is, or is about to be."""
    offer = visit.desk.floor.offers.get(call.answered) if call.answered is not None else None
    owner = offer.agent if offer is not None and call.transfer is None else call.owner
    return () if owner is None else (owner,)
