"""The recording of talks, beside them: it follows the floor, and no talk waits for it.

While a call is to be recorded, its customer's leg is listened to by snoops, each of which Asterisk
writes to a file. They stay with her through all rooms, and go on while this process is away.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress

import structlog

from ccbot.core.calls import Call, Stage
from ccbot.core.facts import (
    OfferMade,
    RecordingAnnounced,
    RecordingBegun,
    RecordingFailed,
    RecordingPaused,
    RecordingResumed,
    RoutingPublished,
    Stamped,
)
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId, CallId, OfferId
from ccbot.core.kinds import RecordingFault, ResumedBy, Sides
from ccbot.core.language import spoken_language
from ccbot.core.recordings import to_be_announced, to_be_recorded
from ccbot.core.tapes import SPIES, file_names, part_name
from ccbot.desk import Desk
from ccbot.flows.visitor import Visit
from ccbot.pbx.exchange import Exchange
from ccbot.pbx.leg import Leg
from ccbot.pbx.room import Room
from ccbot.pbx.snoop import NoSnoop
from ccbot.pbx.tape import Tape

log = structlog.get_logger()

NOTICE = "notice.recording"

BREATH_S = 1.0
"""From a recording that ended by itself to the next attempt: a hang-up explains most of them."""

Start = Callable[[Coroutine[object, object, None], str], None]


async def announce(visit: Visit) -> None:
    """Before a customer meets an agent who is recorded she hears so, if she has not (录音告知)."""
    if not to_be_announced(visit.desk.floor, visit.call):
        return
    if await visit.leg.play(NOTICE):
        visit.desk.post(RecordingAnnounced(call=visit.id))


async def pause_or_resume(visit: Visit, agent: Leg, number: AgentId) -> None:
    """``*8``: nothing is recorded until it is pressed again, or for a while; both are told.

    Where nothing is recorded at all the agent hears that he cannot.
    """
    if visit.call.recording.paused:
        visit.desk.post(RecordingResumed(call=visit.id, by=ResumedBy.AGENT, agent=number))
    elif not visit.desk.post(RecordingPaused(call=visit.id, agent=number)):
        await agent.play("agent.refused")


class Recorders:
    """Sees to it that exactly what is to be recorded is; a listener of the desk."""

    def __init__(self, desk: Desk, exchange: Exchange, start: Start) -> None:
        self._desk = desk
        self._exchange = exchange
        self._start = start
        self._recorders: dict[CallId, Recorder] = {}
        self._calls: dict[OfferId, CallId] = {}
        """Of offers that are open."""
        self.room_for_more: Callable[[], bool] = lambda: True
        """Whether the disk takes another recording; whoever knows puts a better answer here."""

    def listen(self, stamped: Stamped) -> None:
        """Something happened; it may concern a call that is recorded, or will be."""
        fact, floor = stamped.fact, self._desk.floor
        if isinstance(fact, RoutingPublished):
            for one in list(floor.calls):
                self._tell(one, fact)
        elif (call_id := self._call_of(fact)) is not None:
            self._tell(call_id, fact)

    def _tell(self, call_id: CallId, fact: object) -> None:
        floor = self._desk.floor
        call = floor.calls.get(call_id)
        if call is not None and call_id not in self._recorders and _concerns_us(floor, call):
            self._keeps(call_id)
        if (recorder := self._recorders.get(call_id)) is not None:
            recorder.hears_of(fact)

    def _call_of(self, fact: object) -> CallId | None:
        """The call that a fact is about, perhaps by its offer."""
        call: CallId | None = getattr(fact, "call", None)
        offer: OfferId | None = getattr(fact, "offer", None)
        if offer is None:
            return call
        if isinstance(fact, OfferMade):
            self._calls[offer] = fact.call
        elif (found := self._desk.floor.offers.get(offer)) is not None:
            return found.call
        return call or self._calls.pop(offer, None)

    def look_at_the_disk(self) -> None:
        """There may be no room any more."""
        for recorder in self._recorders.values():
            recorder.hears_of(None)

    def take_up(self, call: Call, legs: frozenset[str]) -> None:
        """A process before this one recorded the call; these channels are there still."""
        recorder = self._recorders.get(call.id) or self._keeps(call.id)
        recorder.finds(call, legs)

    def _has_room(self) -> bool:
        return self.room_for_more()

    def _keeps(self, call: CallId) -> "Recorder":
        recorder = Recorder(call, self._desk, self._exchange, room_for_more=self._has_room)
        self._recorders[call] = recorder

        async def keep() -> None:
            try:
                await recorder.keep()
            finally:
                self._recorders.pop(call, None)

        self._start(keep(), f"recording {call}")
        return recorder


def _concerns_us(floor: Floor, call: Call) -> bool:
    """She is to be recorded, or to hear so in the midst of a talk: her group is another one now."""
    unaware = call.stage is Stage.TALK and to_be_announced(floor, call)
    return unaware or to_be_recorded(floor, call) is not None


class Recorder:
    """The recording of one call."""

    def __init__(
        self, call: CallId, desk: Desk, exchange: Exchange, *, room_for_more: Callable[[], bool]
    ) -> None:
        self.call = call
        self._desk = desk
        self._exchange = exchange
        self._room_for_more = room_for_more
        self._news = asyncio.Event()
        self._say: asyncio.Queue[str] = asyncio.Queue()
        """Prompts for both that are due."""
        self._tapes: list[Tape] = []
        """Those of the part that is under way."""
        self._watches: list[asyncio.Task[None]] = []
        self._tasks = asyncio.TaskGroup()
        self._name = ""
        self._sides = Sides.MIXED
        self._announces = False
        """In the midst of the talk: tried once."""

    def hears_of(self, fact: object) -> None:
        """A fact, perhaps of this call."""
        if isinstance(fact, RecordingPaused):
            self._say.put_nowait("record.pause")
        elif isinstance(fact, RecordingResumed):
            self._say.put_nowait("record.resume")
        self._news.set()

    def finds(self, call: Call, legs: frozenset[str]) -> None:
        """The part that may be under way, of these channels that Asterisk has."""
        recording = call.recording
        self._name, self._sides = part_name(call.id, recording.parts), recording.sides
        for name in file_names(self._name, self._sides):
            if name in legs:
                tape = Tape(self._exchange, name)
                tape.goes_on()
                self._tapes.append(tape)
        if not self._tapes and to_be_recorded(self._desk.floor, call):
            self._failed(RecordingFault.LOST)

    async def keep(self) -> None:
        """Until the call has ended."""
        try:
            async with asyncio.TaskGroup() as self._tasks:
                speaks = self._tasks.create_task(self._speak(), name="words of a recording")
                for tape in self._tapes:
                    self._watch(tape)
                while (call := self._desk.call(self.call)) is not None:
                    self._news.clear()
                    await self._follow(call)
                    await self._news.wait()
                await self._stop()
                speaks.cancel()
        finally:
            await self._stop()

    async def _follow(self, call: Call) -> None:
        wanted = to_be_recorded(self._desk.floor, call)
        unaware = call.stage is Stage.TALK and to_be_announced(self._desk.floor, call)
        if unaware and not self._announces:
            self._announces = True
            self._say.put_nowait(NOTICE)
        if self._tapes and not self._room_for_more():
            await self._stop()
            self._failed(RecordingFault.DISK_FULL)
        elif self._tapes and (wanted is not self._sides or self._broken):
            await self._stop()
            if wanted is self._sides and await self._she_is_there():
                self._failed(RecordingFault.LOST)
            self._news.set()
        elif wanted is not None and not self._tapes and self._leg() is not None:
            await self._begin(call, wanted)

    @property
    def _broken(self) -> bool:
        """A tape of the part is over, or was not found."""
        over = any(tape.over for tape in self._tapes)
        return over or len(self._tapes) < len(SPIES[self._sides])

    async def _she_is_there(self) -> bool:
        """Whether the customer is there still although the recording is not."""
        leg = self._leg()
        if leg is None:
            return False
        with suppress(TimeoutError):
            async with asyncio.timeout(BREATH_S):
                await leg.ended.wait()
        return not leg.ended.is_set()

    def _leg(self) -> Leg | None:
        call = self._desk.call(self.call)
        return None if call is None else self._exchange.leg(call.leg)

    async def _begin(self, call: Call, sides: Sides) -> None:
        self._name, self._sides = part_name(call.id, call.recording.parts + 1), sides
        if not self._room_for_more():
            self._failed(RecordingFault.DISK_FULL)
            return
        self._tapes = [Tape(self._exchange, one) for one in file_names(self._name, sides)]
        # Told first: whoever comes after us must know the names of what may have begun.
        self._desk.post(RecordingBegun(call=call.id, name=self._name, sides=sides))
        try:
            for tape, spy in zip(self._tapes, SPIES[sides], strict=True):
                await tape.begin(call.leg, spy=spy)
                self._watch(tape)
        except NoSnoop as problem:
            log.warning("nothing is recorded", call_id=call.id, problem=str(problem))
            await self._stop()
            if await self._she_is_there():
                self._failed(RecordingFault.REFUSED)

    def _watch(self, tape: Tape) -> None:
        """Its end is news."""

        async def ends() -> None:
            await tape.ends()
            self._news.set()

        self._watches.append(self._tasks.create_task(ends(), name="watch on a tape"))

    async def _stop(self) -> None:
        tapes, self._tapes = self._tapes, []
        for tape in tapes:
            await tape.stop()
        while self._watches:
            self._watches.pop().cancel()

    def _failed(self, why: RecordingFault) -> None:
        log.warning("a part of a recording is missing", call_id=self.call, why=why)
        self._desk.post(RecordingFailed(call=self.call, name=self._name, why=why))

    async def _speak(self) -> None:
        """What was paused, or goes on, both are told, if they are together."""
        while True:
            prompt = await self._say.get()
            call = self._desk.call(self.call)
            if call is None or call.stage is not Stage.TALK:
                continue
            language = spoken_language(call, self._desk.floor.routing)
            clip = self._exchange.clip(prompt, language)
            heard = clip is not None and await Room(self._exchange, call.room).play(clip)
            if heard and prompt == NOTICE:
                self._desk.post(RecordingAnnounced(call=self.call))
