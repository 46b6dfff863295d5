"""The world of the scenarios, simulated: the whole centre on an Asterisk in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from ccbot.centre import Centre
from ccbot.clock import Ambient
from ccbot.core.facts import CallbackGivenUp, RoutingPublished
from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.core.kinds import Role
from ccbot.core.records import CallRecord
from ccbot.core.routing_document import RoutingDocument
from ccbot.flows.acquaintance import Customers
from ccbot.pbx.accounts import endpoint_of
from ccbot.speech.prompt_files import BYTES_A_SECOND
from ccbot.staff import Record, Staff
from ccbot.store.languages import Languages
from tests.sim import tape_books
from tests.sim.checkers import Floorwalker, PhoneWatch
from tests.sim.company import SimCompany
from tests.sim.delays import Delays
from tests.sim.diaries import Stretch, day_problems, shift, visit
from tests.sim.ears import Ears
from tests.sim.estimate_books import estimate_problems
from tests.sim.fake_asterisk import FakeAsterisk
from tests.sim.fake_channels import FakeChannel, State
from tests.sim.fake_http import WAY_OUT
from tests.sim.fake_phones import DeskPhone, HomePhone, Line, Manner
from tests.sim.fake_recordings import wav_s
from tests.sim.hold_books import HoldWatch
from tests.sim.journal import Journal, ear_problems, lost_words
from tests.sim.loop import EPOCH, Sim
from tests.sim.memory import SimKeeper
from tests.sim.parties import SimAgent, SimCaller
from tests.sim.sounds import SimGreetings, SimSounds
from tests.sim.supervision_books import Leftovers, supervisors_legs, whisper_problems
from tests.sim.talk_books import threesomes
from tests.world import handled
from tests.world.hearing import Pitches
from tests.world.routing import routing
from tests.world.world import CUSTOMER, Caller, Row, Task

READY_S_MAX = 5.0
SETTLED_S_MAX = 25.0
"""Clean-up is bounded by three seconds a step; but a phone that says nothing may ring for longer,
if it does so for a callback, whose customer cannot hang up. After this nothing may be left."""
ROW_S_MAX = 2.0


class SimWorld:
    """The centre, its Asterisk, and everybody with a telephone. Implements ``World``."""

    def __init__(self, sim: Sim, delays: Delays, document: RoutingDocument) -> None:
        self.sim = sim
        self.routing = document
        self.sounds = SimSounds()
        self.greetings = SimGreetings()
        self.asterisk = FakeAsterisk(sim, length_s=self.sounds.length_s, delays=delays)
        self.journal = Journal()
        self.callers: list[SimCaller] = []
        self.agents: dict[str, SimAgent] = {}
        self.homes: list[SimAgent] = []
        """Telephones at which customers are called back."""
        self.asterisk.on_way_out = self._look_at_the_way_out
        self.pitches_hz = Pitches()
        self.slack_s = 0.0
        """Added to every wait where the simulation has delays of its own."""
        self.wants_refer = False
        self.hold_watches: list[HoldWatch] = []
        """One for each process."""
        self.was_away = False
        """ccbot was away: what callers heard then is not its fault, and its floor began anew."""
        self._records: dict[str, Record] = {}
        self.keeper = SimKeeper()
        self.keeper.save(handled.KEY, handled.remembered(EPOCH))
        self.customers: Customers = SimCompany()
        self.floorwalker: Floorwalker | None = None
        """Of the present process; it goes on where the one before it stopped."""
        self._tasks: asyncio.TaskGroup | None = None

    # ---- ccbot ----------------------------------------------------------------------------------

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """ccbot serves inside the block; afterwards everything must have come to an end."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            await self.ccbot_starts()
            yield
            await self.everybody_goes_home()
            await self.settled()
            self.ccbot_stops()
        self.check()

    async def ccbot_starts(self) -> None:
        """A fresh process, with the outbox of the one before."""
        assert self._tasks is not None
        self.centre = Centre(
            transport=self.asterisk,
            routing=self.routing,
            sounds=self.sounds,
            greetings=self.greetings,
            ambient=Ambient(clock=self.sim.clock, ids=self.sim.ids, rng=self.sim.rng),
            keeper=self.keeper,
            leg_log=self.asterisk.leg_log,
        )
        self.centre.desk.listen(self.journal.listen)
        self.centre.desk.listen(self.centre.checkpoints.listen)
        self.centre.exchange.may_call_out = True
        self.centre.wants_refer = self.wants_refer
        self.centre.customers = self.customers
        self.centre.memory = Languages(self.keeper.load, self.keeper.save)
        if self.floorwalker is None:
            self.floorwalker = Floorwalker(self.centre.desk.floor, self.sim.clock)
            self.floorwalker.leftovers = Leftovers(
                self.centre.desk.floor, lambda: list(self.asterisk.bridges)
            )
        self.floorwalker.moves_to(self.centre.desk.floor, self.centre.ready.is_set)
        self.centre.desk.listen(self.floorwalker.listen)
        self.staff = Staff(self.centre)
        floor, device_state = self.centre.desk.floor, self.asterisk.device_state
        self.phone_watch = PhoneWatch(floor, device_state, self.sim.clock, self.centre.ready.is_set)
        self.hold_watches.append(HoldWatch(floor, self.asterisk.channels, self.centre.ready.is_set))
        self._before = asyncio.all_tasks()
        self._process = self._tasks.create_task(self.centre.run(), name="ccbot")
        await self.staff.records_changed(self._records.values())
        async with asyncio.timeout(READY_S_MAX):
            await self.centre.ready.wait()
        self._watching = self._tasks.create_task(self._looks_after_everything(), name="watch")
        self._at_rest = asyncio.all_tasks()

    async def _looks_after_everything(self) -> None:
        assert self.floorwalker is not None
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.phone_watch.look_for_ever(), name="watch phones")
            tasks.create_task(self.hold_watches[-1].look_for_ever(), name="watch holds")
            tasks.create_task(self.floorwalker.looks_for_ever(), name="watch the floor")

    def ccbot_stops(self) -> None:
        """As by SIGTERM, or worse: nothing of what unwinds may reach anybody."""
        self._process.cancel()
        self._watching.cancel()
        self.asterisk.feed.lose_sockets("ccbot ended")

    @asynccontextmanager
    async def ccbot_away(self) -> AsyncIterator[None]:
        self.was_away = True
        self.ccbot_stops()
        await asyncio.sleep(0)
        yield
        await self.ccbot_starts()

    async def calms_down(self) -> None:
        """After a fault that was cut off in the middle: ccbot is there, and connected."""
        self.asterisk.feed.refused = None
        if self._process.cancelling() or self._process.done():
            await self.ccbot_starts()
        async with asyncio.timeout(READY_S_MAX):
            await self.centre.ready.wait()

    # ---- the world of the scenarios -------------------------------------------------------------

    def everybody_speaks(self) -> None:
        self.asterisk.on_new_channel.append(self._speaks)

    def _speaks(self, channel: FakeChannel) -> None:
        channel.spoke(float("inf"))
        pitch_hz = self.pitches_hz.of(self.asterisk.who[channel.id])
        self.asterisk.pitches_hz[channel.id] = pitch_hz

    def patience(self, seconds: float) -> float:
        return seconds + self.slack_s + 1e-6

    async def agent(
        self,
        number: str = "1001",
        groups: Sequence[str] = ("service",),
        *,
        signed_in: bool = True,
        role: Role = Role.AGENT,
        leads: Sequence[str] = (),
    ) -> SimAgent:
        agent = AgentId(number)
        record = Record(
            number=agent,
            name=f"坐席{number}",
            groups=tuple(map(GroupKey, groups)),
            ha1="x",
            role=role,
            leads=tuple(map(GroupKey, leads)),
        )
        self._records[number] = record
        await self.staff.records_changed(self._records.values())
        phone = DeskPhone(self.asterisk, endpoint_of(agent))
        phone.register()
        self.agents[number] = SimAgent(number, phone)
        if signed_in:
            await self.agents[number].dials("*71", "agent.signed_in")
            await asyncio.sleep(self.slack_s)
        return self.agents[number]

    async def caller(self, dialled: str = "10000", number: str = CUSTOMER) -> SimCaller:
        line = Line(self.asterisk)
        line.dial(dialled, number)
        caller = SimCaller(line, number)
        self.callers.append(caller)
        return caller

    async def calls_again(self, caller: Caller, dialled: str) -> SimCaller:
        assert isinstance(caller, SimCaller)
        return await self.caller(dialled, caller.number)

    async def home_phone(self, caller: Caller) -> SimAgent:
        assert isinstance(caller, SimCaller)
        home = SimAgent(caller.number, HomePhone(self.asterisk, caller.number))
        self.homes.append(home)
        return home

    async def row(self, caller: Caller) -> Row:
        return await self._row(caller, lambda call: call)

    async def row_of_callback(self, caller: Caller) -> Row:
        return await self._row(caller, self.journal.callback_of)

    async def _row(self, caller: Caller, which: Callable[[CallId], CallId | None]) -> Row:
        assert isinstance(caller, SimCaller)
        async with asyncio.timeout(ROW_S_MAX):
            while True:
                first = self.journal.call_of_leg(caller.leg)
                call = None if first is None else which(first)
                if call is not None and self.journal.ended(call):
                    break
                await asyncio.sleep(0.02)
        one = self.journal.record(call)
        return Row(
            outcome=one.outcome,
            caller_masked=one.caller_masked,
            dialled_number=one.dialled_number,
            entry_group=one.entry_group,
            last_group=one.last_group,
            wait_ms=one.wait_ms,
            talk_ms=one.talk_ms,
            lasted_ms=round((one.ended_at - one.entered_at).total_seconds() * 1000),
            agents=one.agents,
            hung_up_by=one.hung_up_by,
            greeting_variant=one.greeting_variant,
            greeting_completed=one.greeting_completed,
            survey_status=one.survey_status,
            survey_score=one.survey_score,
            survey_resolved=one.survey_resolved,
            degraded=one.degraded,
            test=one.test,
            kinds=tuple(segment.kind.value for segment in one.segments),
            flags=tuple(flag.value for flag in one.flags),
        )

    async def follow_up(self, caller: Caller) -> Task | None:
        assert isinstance(caller, SimCaller)
        task = self.journal.follow_up(caller.leg)
        if task is None:
            return None
        return Task(
            due_in_s=(task.due_at - task.created_at).total_seconds(),
            recorded_s=wav_s(self.asterisk.stored[task.reason]) if task.reason else None,
        )

    def own_greeting_s(self, agent: str) -> float | None:
        kept = self.greetings.kept.get(AgentId(agent))
        return None if kept is None else len(kept) / BYTES_A_SECOND

    async def passes(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def publishes(self, change: Callable[[RoutingDocument], RoutingDocument]) -> None:
        floor = self.centre.desk.floor
        version = (floor.routing_version or 0) + 1
        self.centre.desk.post(
            RoutingPublished(version=version, document=change(floor.routing), by="sim", why="sim")
        )

    async def settled(self) -> None:
        try:
            async with asyncio.timeout(SETTLED_S_MAX):
                while self.left():
                    self._nobody_is_called_back_any_more()
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"left behind: {self.left()}") from None

    # ---- the end of the day ---------------------------------------------------------------------

    async def everybody_goes_home(self) -> None:
        """Everyone hangs up whatever call they still have."""
        await asyncio.sleep(0)
        for caller in self.callers:
            caller.line.hang_up()
        for agent in (*self.agents.values(), *self.homes):
            agent.phone.hang_up()
            agent.phone.manner = Manner.BUSY

    def _look_at_the_way_out(self) -> None:
        """Never more customers are called than agents are reserved for them."""
        floor = self.centre.desk.floor
        reserved = sum(floor.calls[one.call].owed for one in floor.offers.values())
        called = [
            one.endpoint
            for one in self.asterisk.channels.values()
            if one.endpoint.endswith(WAY_OUT) and one.state is not State.UP and not one.gone
        ]
        if len(called) > reserved and self.centre.ready.is_set():
            assert self.floorwalker is not None
            self.floorwalker.problems.append(f"called {called} for {reserved} agents")

    def _nobody_is_called_back_any_more(self) -> None:
        """The day is over: what is still owed is given up."""
        for call in [one.id for one in self.centre.desk.floor.calls.values() if one.owed]:
            self.centre.desk.post(CallbackGivenUp(call=call))

    def left(self) -> list[str]:
        """Whatever is still there of a call: in Asterisk, on the floor, in ccbot's own books."""
        centre, desk, exchange = self.centre, self.centre.desk, self.centre.exchange
        current = asyncio.current_task()
        tasks = asyncio.all_tasks() - self._at_rest - {current}
        ours = [task.get_name() for task in tasks if task not in self._before]
        return [
            *self.asterisk.left(),
            *desk.floor.calls,
            *desk.floor.offers,
            *[f"ticket of {call}" for call in desk._tickets],
            *[f"watch on {offer}" for offer in desk._watched],
            *[f"timer {key}" for key in desk._timers if key[0] not in {"wrap_up", "rest"}],
            *[f"leg {leg.id}" for leg in exchange.legs()],
            *[f"playback {playback}" for playback in exchange._playbacks],
            *[f"recording {recording}" for recording in exchange._recordings],
            *[
                f"task {name}"
                for name in ours
                if name.startswith(("call-", "feature", "stray", "look-up", "recording"))
            ],
            *([f"{flows} flows"] if (flows := centre.flows()) else []),
            *([] if centre.ready.is_set() else ["ccbot is not ready"]),
        ]

    def check(self) -> None:
        """Raise if anything was wrong at any time."""
        problems = [
            *(self.floorwalker.problems if self.floorwalker else ()),
            *self.phone_watch.problems,
            *[problem for one in self.hold_watches for problem in one.problems],
            *self.journal.problems(self.routing, self._codes_at()),
            *lost_words((one.fact for one in self.journal.facts), self.asterisk.spool_s()),
        ]
        problems += self.journal.replay_from_a_snapshot_problems(self.centre.desk.floor)
        problems += self._whisper_problems()
        if not self.was_away:
            problems += self.journal.replay_problems(self.centre.desk.floor, self.routing)
            problems += self._ear_problems()
            problems += self._diary_problems()
            problems += self.estimate_problems()
            problems += self._tape_problems()
        assert not problems, "\n".join(problems)

    def _codes_at(self) -> list[datetime]:
        """When agents pressed keys on their telephones."""
        pressed = (at_s for one in self.agents.values() for at_s in one.phone.pressed_at_s)
        return [EPOCH + timedelta(seconds=at_s) for at_s in pressed]

    def _tape_problems(self) -> list[str]:
        """Talks that were recorded too much or too little."""
        takes, late_s = self.asterisk.takes.items(), tape_books.LATE_S + self.slack_s
        published = [one for one in self.journal.facts if isinstance(one.fact, RoutingPublished)]
        return [
            problem
            for call in self.journal.calls()
            for problem in tape_books.tape_problems(
                call,
                sorted([*published, *self.journal.facts_of(call)], key=lambda one: one.at),
                takes,
                self.routing,
                EPOCH,
                late_s,
            )
        ]

    def _whisper_problems(self) -> list[str]:
        return [
            problem
            for caller in self.callers
            if (call := self.journal.call_of_leg(caller.leg)) is not None
            for problem in whisper_problems(
                caller.ears, self.journal.facts_of(call), EPOCH, was_away=self.was_away
            )
        ]

    def estimate_problems(self) -> list[str]:
        """Callers whose wait grew without a word."""
        return [
            problem
            for caller in self.callers
            if (call := self.journal.call_of_leg(caller.leg)) is not None
            for problem in estimate_problems(caller.ears, self.journal.facts_of(call), EPOCH)
        ]

    def _ear_problems(self) -> list[str]:
        return [
            problem
            for caller in self.callers
            if (call := self.journal.call_of_leg(caller.leg)) is not None
            for problem in self._problems_of_ears(caller.ears, call)
        ]

    def _problems_of_ears(self, ears: Ears, call: CallId) -> Iterable[str]:
        facts = self.journal.facts_of(call)
        row, slips = self.journal.record(call), self.journal.slips(call)
        three = threesomes(facts, EPOCH)
        held = self._held(row)
        yield from ear_problems(ears, row, slips, EPOCH, supervisors_legs(facts), three, held)

    def _held(self, row: CallRecord) -> list[Stretch]:
        """When the phones of her agents held by themselves."""
        phones = [one.phone for no, one in self.agents.items() if no in row.agents]
        return [stretch for phone in phones for ears in phone.heard for stretch in ears.held()]

    def _diary_problems(self) -> Iterable[str]:
        """Of those who serve groups: a supervisor's phone rings for his own wishes, too."""
        serves = {no for no, one in self._records.items() if one.groups}
        journal = self.journal
        phones = {no: one.phone for no, one in self.agents.items() if no in serves}
        called = [(journal.call_of_leg(one.leg), one.ears) for one in self.callers]
        visits = [
            (call, visit(ears, self._held(row)), journal.entries(call), row.segments)
            for call, ears in called
            if call
            for row in [journal.record(call)]
        ]
        beside = supervisors_legs(journal.facts)
        shifts = [(number, shift(one.rings, one.heard, beside)) for number, one in phones.items()]
        intervals = [one for one in journal.intervals() if one.agent in serves]
        return day_problems(visits, shifts, intervals, EPOCH)


@asynccontextmanager
async def sim_world(
    sim: Sim,
    *,
    delays: Delays | None = None,
    document: RoutingDocument | None = None,
    refer_on: str = "",
) -> AsyncIterator[SimWorld]:
    """A running centre on a simulated Asterisk; what was wrong at any time fails at the end.

    ``refer_on``: it takes REFER, on an Asterisk of this version.
    """
    world = SimWorld(sim, delays or Delays(), document or routing("http://company/"))
    if refer_on:
        world.wants_refer, world.asterisk.version = True, refer_on
    async with world.running():
        yield world
