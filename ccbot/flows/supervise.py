"""A supervisor beside a talk (监听): he hears it, and is heard as he chooses.

He stands in a room of his own, with a snoop of the agent's leg in it: through the same kind of
snoop he whispers, so that the customer's leg never carries a word of it. To barge in he goes into
the talk's room. What he chooses is a fact; the flow only follows the floor, so a restart does, too.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

import structlog

from ccbot.core.calls import talkers
from ccbot.core.facts import (
    CallTakenOver,
    Phone,
    Stamped,
    SupervisionBegan,
    SupervisionEnded,
    SupervisionKind,
    SupervisionTurned,
)
from ccbot.core.ids import AgentId, CallId
from ccbot.core.supervision import (
    Denied,
    Seat,
    call_of,
    denied,
    seat_of,
    supervision_of_leg,
)
from ccbot.desk import Desk
from ccbot.pbx.accounts import endpoint_of
from ccbot.pbx.exchange import Exchange
from ccbot.pbx.hangup import HungUp
from ccbot.pbx.insist import NotDone
from ccbot.pbx.leg import Leg, LegGone
from ccbot.pbx.ring import NotAnswered, ring
from ccbot.pbx.room import NoRoom, Room
from ccbot.pbx.snoop import NoSnoop, silence, snooping

log = structlog.get_logger()

EAR = "ccbot-ear"
"""What the ids of supervisors' own rooms begin with."""

BEGUN = "monitor.start"

REFUSALS = {
    Denied.NOT_ALLOWED: "agent.not_allowed",
    Denied.UNKNOWN_AGENT: "agent.unknown_target",
    Denied.NOT_TALKING: "monitor.not_talking",
    Denied.OCCUPIED: "agent.refused",
    Denied.ENOUGH: "agent.refused",
}

KINDS = {
    "1": SupervisionKind.LISTEN,
    "2": SupervisionKind.WHISPER,
    "3": SupervisionKind.BARGE,
}
TAKE_OVER_KEY, END_KEY = "4", "9"

RING_S = 20.0
"""So long a supervisor's phone rings who asked by the API to hear a call."""

SHOWN_AS = "*75 "
"""What it shows: an agent's number follows."""

AGAIN_S = 1.0
"""After so long a supervisor is seated once more who could not be, or whose snoop ended."""

TRIES_MAX = 5
"""In a row: who cannot be seated so often is let go."""


Engage = Callable[[AgentId, Coroutine[object, object, None]], None]
"""Does work at an agent's phone, which is engaged until it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Whom a supervisor wants to hear, how, and what for."""

    agent: AgentId
    call: CallId | None = None
    """In this call alone; None: in whichever he has."""
    kind: SupervisionKind = SupervisionKind.LISTEN
    why: str = ""


class Supervisors:
    """Everybody who is beside a talk. A listener of the desk: each fact may move them."""

    def __init__(self, desk: Desk, exchange: Exchange, engage: Engage) -> None:
        self._desk = desk
        self._exchange = exchange
        self._engage = engage
        self._bells: set[asyncio.Event] = set()
        self._seated: dict[AgentId, _Beside] = {}
        self._rung: set[AgentId] = set()
        """Supervisors whose phones ring, and who are not beside anything yet."""

    def listen(self, _: Stamped) -> None:
        """Something has happened: everybody looks where he belongs now."""
        for bell in self._bells:
            bell.set()

    def beside(self, leg: str) -> AgentId | None:
        """Which supervisor was beside a talk through this channel before a restart."""
        found = supervision_of_leg(self._desk.floor, leg)
        return None if found is None else found[0]

    async def dialled(self, leg: Leg, supervisor: AgentId, agent: AgentId) -> None:
        """``*75`` and the agent's number; the leg has ended when this returns."""
        wish = Wish(agent=agent)
        await self._attends(leg, supervisor, wish)

    def rings(
        self, supervisor: AgentId, call: CallId, kind: SupervisionKind, why: str
    ) -> Denied | None:
        """Ring his phone; from his answer on it is as if he had dialled. Or why it cannot be."""
        refused = self._why_not_rung(supervisor, call)
        if refused is None:
            self._rung.add(supervisor)
            agent = talkers(self._desk.floor.calls[call])[0]
            wish = Wish(agent=agent, call=call, kind=kind, why=why)
            self._engage(supervisor, self._is_rung(supervisor, wish))
        return refused

    def _why_not_rung(self, supervisor: AgentId, call: CallId) -> Denied | None:
        floor = self._desk.floor
        own, known = floor.agents.get(supervisor), floor.calls.get(call)
        agents = talkers(known) if known is not None else ()
        if not agents:
            return Denied.NOT_TALKING
        if own is None or own.phone is not Phone.IDLE or supervisor in self._rung:
            return Denied.OCCUPIED
        return denied(floor, supervisor, agents[0])

    async def _is_rung(self, supervisor: AgentId, wish: Wish) -> None:
        endpoint = f"PJSIP/{endpoint_of(supervisor)}"
        try:
            async with ring(
                self._exchange, endpoint, shown_as=SHOWN_AS + wish.agent, within_s=RING_S
            ) as leg:
                self._rung.discard(supervisor)
                await self._attends(leg, supervisor, wish)
        except NotAnswered as missed:
            log.info("a supervisor did not answer", supervisor=supervisor, why=missed.reason)
        finally:
            self._rung.discard(supervisor)

    def takes_over(self, supervisor: AgentId) -> bool:
        """As if he pressed 4; false: he is beside nothing."""
        seated = self._seated.get(supervisor)
        if seated is not None:
            seated.takes_over()
        return seated is not None

    async def _attends(self, leg: Leg, supervisor: AgentId, wish: Wish | None) -> None:
        """Until his part is over, or his own talk with her; then the leg has ended.

        ``wish``: None after a restart, when he goes on as before.
        """
        refusal: str | None = None
        try:
            async with leg.scope:
                if wish is not None:
                    await leg.answer()
                    refusal = self._begins(leg, supervisor, wish)
                    await leg.play(refusal or BEGUN)
                else:
                    await leg.hush()
            while refusal is None and await self._stays(leg, supervisor):
                if self._has_taken_over(leg, supervisor):
                    await leg.ended.wait()
        except (HungUp, LegGone) as gone:
            log.info("a supervisor has left", supervisor=supervisor, why=str(gone))
        finally:
            self._leaves(leg)
        await leg.hang_up()

    def _has_taken_over(self, leg: Leg, supervisor: AgentId) -> bool:
        """The floor knows him as the owner: the talk seats him, and lets the agent go.

        Told when nobody else waits on his leg: from then on the talk does.
        """
        found = supervision_of_leg(self._desk.floor, leg.id)
        call = self._desk.call(found[1].call) if found is not None else None
        if call is None or call.owner is None:
            return False
        return self._desk.post(
            CallTakenOver(call=call.id, supervisor=supervisor, agent=call.owner, leg=leg.id)
        )

    async def goes_on(self, leg: Leg) -> None:
        """After a restart: as before, without a word; unless the call is over."""
        if (supervisor := self.beside(leg.id)) is not None:
            await self._attends(leg, supervisor, None)
        await leg.hang_up()

    def _begins(self, leg: Leg, supervisor: AgentId, wish: Wish) -> str | None:
        """Put it on record before a word is heard; else the prompt that says why not."""
        floor = self._desk.floor
        if (why := denied(floor, supervisor, wish.agent)) is not None:
            return REFUSALS[why]
        call = call_of(floor, wish.agent)
        assert call is not None
        if wish.call not in {None, call.id}:
            return REFUSALS[Denied.NOT_TALKING]
        began = SupervisionBegan(
            call=call.id,
            supervisor=supervisor,
            agent=wish.agent,
            kind=wish.kind,
            leg=leg.id,
            reason=wish.why,
        )
        return None if self._desk.post(began) else "agent.refused"

    async def _stays(self, leg: Leg, supervisor: AgentId) -> bool:
        """Until his part is over; true: he wants to take the talk over."""
        seated = _Beside(leg, supervisor, self._desk, self._exchange)
        self._bells.add(seated.bell)
        self._seated[supervisor] = seated
        try:
            async with leg.scope, self._exchange.room(self._exchange.ids.new(EAR)) as ear:
                await seated.stays(ear)
        except NoRoom as problem:
            log.warning("no room for a supervisor", problem=str(problem))
        finally:
            self._bells.discard(seated.bell)
            del self._seated[supervisor]
        return seated.wants_it

    def _leaves(self, leg: Leg) -> None:
        """However it came: his part is over, unless the floor knows already."""
        found = supervision_of_leg(self._desk.floor, leg.id)
        if found is not None:
            supervisor, beside = found
            lasted_s = (self._desk.now() - beside.since).total_seconds()
            self._desk.post(
                SupervisionEnded(call=beside.call, supervisor=supervisor, lasted_s=lasted_s)
            )


class _Beside:
    """One supervisor, seated where the floor says."""

    def __init__(self, leg: Leg, supervisor: AgentId, desk: Desk, exchange: Exchange) -> None:
        self._leg = leg
        self._supervisor = supervisor
        self._desk = desk
        self._exchange = exchange
        self.bell = asyncio.Event()
        """Rings when he may belong elsewhere."""
        self._seat: Seat | None = None
        self._snoop: Leg | None = None
        self._snoops = AsyncExitStack()
        self._has_enough = False
        self.wants_it = False
        """The talk is to be his own."""

    async def stays(self, ear: Room) -> None:
        """Until the talk is over, or he presses 9."""
        gone: LegGone | None = None
        async with asyncio.TaskGroup() as tasks:
            keys = tasks.create_task(self._chooses(), name="a supervisor's keys")
            try:
                await self._follows(ear)
            except LegGone as problem:  # the group would hide it in a group of errors
                gone = problem
            finally:
                keys.cancel()
                await self._snoops.aclose()
        if gone is not None:
            raise gone

    async def _chooses(self) -> None:
        while (key := await self._leg.keys.wait()) not in {END_KEY, TAKE_OVER_KEY}:
            if key in KINDS:
                self._turns(KINDS[key])
        self.wants_it = key == TAKE_OVER_KEY
        self._has_enough = True
        self.bell.set()

    def takes_over(self) -> None:
        """As soon as he has left his seat."""
        self.wants_it = self._has_enough = True
        self.bell.set()

    def _turns(self, kind: SupervisionKind) -> None:
        agent = self._desk.agent(self._supervisor)
        if agent is not None and agent.supervises is not None:
            call = agent.supervises.call
            self._desk.post(SupervisionTurned(call=call, supervisor=self._supervisor, kind=kind))

    async def _follows(self, ear: Room) -> None:
        vain = 0
        while (seat := self._where()) is not None:
            self.bell.clear()
            if self._sits(seat) or await self._sit(seat, ear):
                vain = 0
                await self.bell.wait()
            elif vain == TRIES_MAX:
                log.warning("a supervisor cannot be seated", supervisor=self._supervisor)
                return
            else:
                vain += 1
                await self._another_seat(seat)

    async def _another_seat(self, seat: Seat) -> None:
        """For a moment, until he belongs elsewhere."""
        with suppress(TimeoutError):
            async with asyncio.timeout(AGAIN_S):
                while self._where() == seat:
                    await self.bell.wait()
                    self.bell.clear()

    def _where(self) -> Seat | None:
        return None if self._has_enough else seat_of(self._desk.floor, self._supervisor)

    def _sits(self, seat: Seat) -> bool:
        heard_out = self._snoop is not None and self._snoop.ended.is_set()
        return seat == self._seat and not heard_out

    async def _sit(self, seat: Seat, ear: Room) -> bool:
        """Seat him; whatever carried his voice before has ended by then. False: it failed."""
        self._seat = self._snoop = None
        await self._snoops.aclose()
        try:
            if seat.room:
                await self._enters(Room(self._exchange, seat.room))
            else:
                await self._enters(ear)
                await self._hears(seat, ear)
        except (NoSnoop, TimeoutError, LegGone, NotDone) as problem:
            if self._leg.ended.is_set():
                raise
            log.info("a supervisor hears nothing", supervisor=self._supervisor, why=str(problem))
            return False
        self._seat = seat
        return True

    async def _enters(self, room: Room) -> None:
        await room.bring_in(self._leg)  # one room takes him out of another

    async def _hears(self, seat: Seat, ear: Room) -> None:
        if not seat.hears:
            return
        if seat.alone:
            await self._snoops.enter_async_context(silence(self._exchange, seat.hears))
        snoop = await self._snoops.enter_async_context(
            snooping(
                self._exchange,
                seat.hears,
                spy="both",
                whisper="out" if seat.whispers else "none",
            )
        )
        await ear.add(snoop)
        self._snoop = snoop
