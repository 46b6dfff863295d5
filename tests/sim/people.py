"""Customers and agents who do as people do: by chance, and often at the worst moment."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from ccbot.core.kinds import Role
from tests.sim.delays import FRAME_S
from tests.sim.fake_phones import DeskPhone, HomePhone, Line, Manner, SecondLine
from tests.sim.parties import SimAgent, SimCaller
from tests.sim.sim_world import SimWorld
from tests.world.world import (
    BILINGUAL_ENTRY,
    BY_HAND_ENTRY,
    CHOICES_ENTRY,
    CHOIR_ENTRY,
    FORMAL_ENTRY,
    LAZY_ENTRY,
    LIVE_ENTRY,
    NARROW_ENTRY,
    NIGHT_ENTRY,
    PATIENT_ENTRY,
    QUICK_ENTRY,
    ROUND_ENTRY,
    SHORT_ENTRY,
    SURVEY_ENTRIES,
    SWIFT_ENTRY,
    UNKNOWN_NUMBER,
)

NUMBERS = (
    "10000",
    "10000",
    "10000",
    SHORT_ENTRY,
    SHORT_ENTRY,
    CHOIR_ENTRY,
    CHOIR_ENTRY,
    QUICK_ENTRY,
    SURVEY_ENTRIES[5],
    BILINGUAL_ENTRY,
    FORMAL_ENTRY,
    LIVE_ENTRY,
    CHOICES_ENTRY,
    CHOICES_ENTRY,
    PATIENT_ENTRY,
    PATIENT_ENTRY,
    UNKNOWN_NUMBER,
    LAZY_ENTRY,
    NARROW_ENTRY,
    NIGHT_ENTRY,
    BY_HAND_ENTRY,
    ROUND_ENTRY,
)
MENU_GROUPS = ("service", "tech", "marketing")
OTHER_GROUPS = (
    "short",
    "narrow",
    "lazy",
    "quick",
    "formal",
    "live",
    "survey5",
    "choices",
    "choir",
    "choir",
    "patient",
)
COUNTRY = "+86"
REGULARS = tuple(f"1370000{n:04d}" for n in range(6))
"""Customers who call again and again."""
WORD_S = 3.0
KEYS = "1111222333012345*#7"
COMPLAINS = "23"
"""Keys in place of which an agent flags a complaint."""
FEATURES = (
    "*71",
    "*71",
    "*71",
    "*72",
    "*721",
    "*724",
    "*73",
    "*74",
    "*741",
    "*741",
    "*99",
    "10000",
)
IN_TALK = ("*1", "*1", "*1", "*2", "*2", "*3", "*3", "*3", "*4", "*4", "*5", "*6", "*6", "*8", "*8")
"""What an agent presses in a talk: hold, transfers, and the steps of a consultation."""
ASKS_FOR_A_TARGET = {"*2", "*3"}
BESIDE = ("*71", "*721", "*73", "*74", "*741")
"""What an agent dials on another line while he has a customer."""


BESIDE_A_TALK = ("1", "2", "2", "3", "3", "4", "9", "*1", "*7")
"""What a supervisor presses beside a talk, or in one that he took over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How busy the day is."""

    lasts_s: float
    between_calls_s: float
    agents: int
    groups: tuple[str, ...] = (*MENU_GROUPS, *OTHER_GROUPS)
    """Which the agents serve, each one to three of them."""
    supervisors: int = 0
    hands_on: float = 0.0
    """How often an agent in a talk holds, consults or hands on, of the times that he does
    something."""
    dials: tuple[str, ...] = NUMBERS
    """Which numbers customers dial."""
    calm: bool = False
    """Customers have patience, and agents mostly work: most calls become long talks."""


TALKATIVE = Pace(
    lasts_s=900,
    between_calls_s=10,
    agents=12,
    groups=("service", "tech", "marketing", "short", "swift"),
    hands_on=0.7,
    dials=("10000", SHORT_ENTRY, SWIFT_ENTRY, SWIFT_ENTRY),
    calm=True,
)
"""Long talks, of agents who hold, consult and hand on."""


class Deed(Enum):
    """What an agent does when his phone rings."""

    ANSWER = auto()
    DECLINE = auto()
    IGNORE = auto()
    REDIRECT = auto()


class Person:
    """Somebody with chance of his own."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def some(self, mean_s: float) -> float:
        """A span in whole frames, so that many things meet at one moment."""
        return FRAME_S * round(self.rng.expovariate(1 / mean_s) / FRAME_S)

    def perhaps(self, probability: float) -> bool:
        """True so often."""
        return self.rng.random() < probability


class Customer(Person):
    """Dials in, presses this and that, waits, talks, rates, hangs up at any moment."""

    def __init__(self, world: SimWorld, rng: random.Random, pace: Pace) -> None:
        super().__init__(rng)
        self._world = world
        self._pace = pace
        regular = self.perhaps(0.5)
        own = f"138{self.rng.randrange(10**8):08d}"
        self.number = self.rng.choice(REGULARS) if regular else own
        self._caller: SimCaller | None = None
        self._startles = self.perhaps(0.3)
        """Acts the very moment that she hears something new."""

    async def lives(self) -> None:
        """One call, or one more after it, as when the line has dropped."""
        dialled = self.rng.choice(self._pace.dials)
        await self._calls(dialled, self.number)
        while self.perhaps(0.2):
            await asyncio.sleep(self.some(60))
            await self._calls(dialled, self.rng.choice(("", COUNTRY)) + self.number)

    async def _calls(self, dialled: str, number: str) -> None:
        """From the dialling until the call is over."""
        caller = await self._world.caller(dialled, number)
        spans = (90, 400, 900) if self._pace.calm else (2, 20, 90, 400)
        patience_s = self.some(self.rng.choice(spans))
        try:
            async with asyncio.timeout(patience_s):
                while caller.ears.closed_at_s is None:
                    await self._waits_for_something(caller)
                    self._acts(caller.line)
        except TimeoutError:
            caller.hang_up()

    async def _waits_for_something(self, caller: SimCaller) -> None:
        try:
            async with asyncio.timeout(self.some(8)):
                await caller.ears.change()
            await asyncio.sleep(self.some(0.1 if self._startles else 3))
        except TimeoutError:
            pass

    def _acts(self, line: Line) -> None:
        if line.channel is None:
            return
        if self.perhaps(0.5):
            line.press(self.rng.choice(KEYS))
        elif self.perhaps(0.2):
            line.say(self.some(5))
        elif self._startles and self.perhaps(0.15):
            line.hang_up()


class AtHome(Person):
    """A customer's telephone at home: she answers, or does not, when she is called back."""

    def __init__(self, world: SimWorld, number: str, rng: random.Random) -> None:
        super().__init__(rng)
        self._phone = HomePhone(world.asterisk, number)
        world.asterisk.phones[f"{COUNTRY}{number}@trunk-out"] = self._phone
        world.homes.append(SimAgent(number, self._phone))

    async def lives(self) -> None:
        """For ever."""
        while True:
            await self._phone.news.wait()
            if self._phone.is_ringing:
                await asyncio.sleep(self.some(4))
                self._is_rung()
            elif self._phone.channel is not None:
                await asyncio.sleep(self.some(self.rng.choice((0.1, 5, 30))))
                self._phone.hang_up()

    def _is_rung(self) -> None:
        if not self._phone.is_ringing or self.perhaps(0.1):
            return
        if self.perhaps(0.2):
            self._phone.decline()
        else:
            self._phone.answer()


class Supervisor(Person):
    """Dials in on anybody's talk, presses this and that, and leaves at any moment."""

    def __init__(self, phone: DeskPhone, watched: Sequence[str], rng: random.Random) -> None:
        super().__init__(rng)
        self._phone = phone
        self._watched = watched

    async def lives(self) -> None:
        """A working day, for ever."""
        while True:
            await asyncio.sleep(self.some(5))
            if self._phone.channel is None:
                self._phone.dial("*75" + self.rng.choice(self._watched))
            elif self.perhaps(0.15):
                self._phone.hang_up()
            else:
                self._phone.press(self.rng.choice(BESIDE_A_TALK))


class Agent(Person):
    """Signs in, answers or does not, hangs up, takes a break, and loses the network."""

    def __init__(
        self,
        agent: SimAgent,
        rng: random.Random,
        pace: Pace,
        *,
        colleagues: Sequence[str] = (),
    ) -> None:
        super().__init__(rng)
        self._pace = pace
        self._colleagues = colleagues
        self._phone: DeskPhone = agent.phone
        self._is_absent = self.perhaps(0.1)
        """Goes out without a word, and his phone rings in vain."""
        self._answers_after_s = rng.choice((0.0, 0.5, 4.0, 14.9))
        """As a mean; the last one meets the end of the ringing time."""

    async def lives(self) -> None:
        """A working day, for ever."""
        self._dials("*71")
        while True:
            if self._phone.is_ringing:
                await self._is_rung()
            elif self._phone.channel is not None:
                await self._is_in_a_call()
            else:
                await self._has_time()

    async def _news(self, within_s: float) -> bool:
        """Whether anything happened to the phone meanwhile."""
        try:
            async with asyncio.timeout(within_s):
                await self._phone.news.wait()
        except TimeoutError:
            return False
        return True

    async def _is_rung(self) -> None:
        weights = (2, 0, 18, 0) if self._is_absent else (16, 2, 2, 1)
        [deed] = self.rng.choices(list(Deed), weights)
        if await self._news(self.some(self._answers_after_s or FRAME_S)):
            return
        if not self._phone.is_ringing:
            return
        match deed:
            case Deed.ANSWER:
                self._phone.answer()
            case Deed.DECLINE:
                self._phone.decline()
            case Deed.REDIRECT:
                self._phone.redirect()
            case Deed.IGNORE:
                await self._news(30)

    async def _is_in_a_call(self) -> None:
        if await self._news(self.some(self.rng.choice((0.1, 5, 60)))):
            return
        if self._phone.channel is None or self._phone.is_ringing:
            return
        if self._pace.hands_on and self.perhaps(self._pace.hands_on):
            await self._hands_on()
            return
        if self._pace.calm and self.perhaps(0.5):
            return
        if self.perhaps(0.2):
            SecondLine(self._phone).dial(self.rng.choice(BESIDE))
        if self.perhaps(0.7):
            self._phone.hang_up()
        elif self.perhaps(0.5):
            self._phone.press("*7")
        else:
            key = self.rng.choice(KEYS)
            self._phone.press("*9*9" if key in COMPLAINS else key)

    async def _hands_on(self) -> None:
        """Hold, a transfer, or a step of one; perhaps the key makes no sense now."""
        if await self._presses_hold():
            return
        code = self.rng.choice(IN_TALK)
        if code in ASKS_FOR_A_TARGET:
            code += self.rng.choice([*self._colleagues, "1", "2", "3"]) + "#"
        self._phone.press(code)
        await self._news(self.some(self.rng.choice((0.2, 2, 10))))

    async def _presses_hold(self) -> bool:
        """The phone's own button; a phone that holds sends no keys until it comes back."""
        channel = self._phone.channel
        assert channel is not None
        if not channel.held and not self.perhaps(0.15):
            return False
        if channel.held:
            self._phone.unhold()
        else:
            self._phone.hold()
            await asyncio.sleep(WORD_S)  # whatever is being said to him is over by then
        return True

    async def _has_time(self) -> None:
        if await self._news(self.some(20)):
            return
        if self._phone.channel is not None:
            return
        if self._phone.manner is not Manner.RING or not self._phone.registered:
            self._phone.come_back()
        elif self._pace.calm and self.perhaps(0.8):
            self._dials("*71")
        elif self.perhaps(0.6):
            self._dials(self.rng.choice(FEATURES))
        else:
            self.rng.choice((self._phone.vanish, self._phone.unregister, self._is_engaged))()

    def _dials(self, code: str) -> None:
        if self._phone.channel is None and self._phone.manner is not Manner.DEAF:
            self._phone.dial(code)

    def _is_engaged(self) -> None:
        self._phone.manner = Manner.BUSY


async def a_day(world: SimWorld, pace: Pace) -> int:
    """Agents work and customers call until the day is over; returns how many called."""
    rng = world.sim.chance("people")
    customers = 0
    async with asyncio.TaskGroup() as everybody:
        agents = [
            everybody.create_task(agent.lives(), name="an agent")
            for agent in await _staff(world, rng, pace)
        ]
        agents += [
            everybody.create_task(boss.lives(), name="a supervisor")
            for boss in await _supervisors(world, pace)
        ]
        until_s = world.sim.loop.time() + pace.lasts_s
        visits: list[asyncio.Task[None]] = []
        while world.sim.loop.time() < until_s:
            await asyncio.sleep(
                FRAME_S * round(rng.expovariate(1 / pace.between_calls_s) / FRAME_S)
            )
            customer = Customer(world, random.Random(rng.random()), pace)
            visits.append(everybody.create_task(customer.lives(), name="a customer"))
            if customer.number not in {home.number for home in world.homes}:
                home = AtHome(world, customer.number, random.Random(customer.number))
                visits.append(everybody.create_task(home.lives(), name="at home"))
            customers += 1
        for task in (*visits, *agents):
            task.cancel()
    return customers


async def _supervisors(world: SimWorld, pace: Pace) -> list[Supervisor]:
    """Of all groups: those who may not are tried elsewhere."""
    rng = world.sim.chance("supervisors")
    numbers = [f"{1001 + index}" for index in range(pace.agents)]
    found: list[Supervisor] = []
    for index in range(pace.supervisors):
        boss = await world.agent(
            f"{8001 + index}", (), signed_in=False, role=Role.SUPERVISOR, leads=pace.groups
        )
        found.append(Supervisor(boss.phone, numbers, random.Random(rng.random())))
    return found


async def _staff(world: SimWorld, rng: random.Random, pace: Pace) -> list[Agent]:
    staff: list[Agent] = []
    numbers = [f"{1001 + index}" for index in range(pace.agents)]
    for number in numbers:
        own = sorted(set(rng.sample(pace.groups, rng.randint(1, 3))))
        agent = await world.agent(number, own, signed_in=False)
        own_rng = random.Random(rng.random())
        staff.append(Agent(agent, own_rng, pace, colleagues=numbers))
    return staff
