"""Plays a row of the matrix: the same in simulation and on the real Asterisk."""

from collections.abc import Awaitable, Callable

from ccbot.core.kinds import Role
from tests.world.handovers import HUB, HUB_ENTRY, RING_S, SECOND
from tests.world.hearing import ALONE_S_MAX, Party, nobody_alone
from tests.world.matrix.ending import Ending
from tests.world.world import AgentPhone, Caller, Row, World

NUMBERS = {"A": "1901", "B": "1902", "D": "1903", "L": "1909"}
GROUPS = {"A": (HUB,), "B": (SECOND,), "D": (SECOND,), "L": ()}

STEP_S = 2.0
"""The promise: after a transfer that failed she is back with the sender so soon."""
WHISPER_S = 3.0
"""So long the target is told what it is about before he meets anybody."""
STAYS_S = 0.4
"""Who hears whom does not change again by itself."""
BEFORE_S = 1.2
"""Customer and agent talk so long before anything happens: it was no slip of the hand."""
KEY_S = 0.2
"""How long it takes to press one; only then anything can happen."""
AWAY_S = 0.5
TAKEN_UP_S = 1.5
"""ccbot is back, but hears no keys before it has taken the talk up."""
AFTER_RESTART_S = 3.0
SENTENCE_S_MAX = 6.0
"""Who hears a sentence hears nobody meanwhile."""


class Play:
    """One row, being played."""

    def __init__(self, world: World, ending: Ending) -> None:
        self._world = world
        self._ending = ending
        self._agents: dict[str, AgentPhone] = {}
        self._customer: Caller | None = None
        self._allowed: dict[str, set[frozenset[str]]] = {}
        """Whom each party may hear together, at one time or another."""

    async def whole(self) -> None:
        """From the sign-in of everybody to the row in the log."""
        self._world.everybody_speaks()
        for letter in self._ending.staff:
            await self._comes_to_work(letter)
        for what in self._ending.first:
            await self._does(what)
        await self._customer_meets_a()
        for what, heard in self._ending.steps:
            await self._does(what)
            await self._is_heard(what, heard)
        await self._is_on_record()

    # ---- before it ------------------------------------------------------------------------------

    async def _comes_to_work(self, letter: str) -> None:
        who = letter.upper()
        self._agents[who] = await self._world.agent(
            NUMBERS[who],
            GROUPS[who],
            signed_in=letter.isupper(),
            role=Role.LEADER if who == "L" else Role.AGENT,
            leads=(HUB, SECOND) if who == "L" else (),
        )

    async def _customer_meets_a(self) -> None:
        world, agent = self._world, self._agents["A"]
        self._customer = customer = await world.caller(HUB_ENTRY)
        await customer.hears("menu.main", world.patience(2))
        customer.press("1")
        await agent.rings(world.patience(2))
        await agent.answers()
        await self._is_heard("A answers", "C=A A=C")
        await world.passes(BEFORE_S)

    # ---- what people do -------------------------------------------------------------------------

    async def _does(self, what: str) -> None:
        who, _, action = what.partition(" ")
        if who == "ccbot":
            async with self._world.ccbot_away():
                await self._world.passes(AWAY_S)
            await self._world.passes(TAKEN_UP_S)
        elif who == "C":
            assert action == "hangs up"
            self._caller().hang_up()
        else:
            await self._agent_does(self._agents[who], action)

    async def _agent_does(self, agent: AgentPhone, action: str) -> None:
        verb, _, rest = action.partition(" ")
        within_s = self._world.patience(STEP_S)
        plain: dict[str, Callable[[], Awaitable[None]]] = {
            "answers": lambda: self._after_ringing(agent, agent.answers),
            "picks up": agent.answers,
            "declines": lambda: self._after_ringing(agent, agent.declines),
            "rejects": agent.declines,
            "rings out": lambda: self._rings_out(agent),
            "rings": lambda: agent.rings(within_s),
            "stops ringing": lambda: agent.stops_ringing(within_s),
            "hangs up": agent.hangs_up,
            "is busy": agent.turns_busy,
            "is not ready": lambda: agent.dials("*721", "agent.not_ready"),
            "holds": agent.holds,
            "unholds": agent.unholds,
        }
        if action in plain:
            await plain[action]()
        elif verb == "hears":
            await agent.hears(rest, within_s)
        elif verb == "waits":
            await self._world.passes(float(rest))
        else:
            keys = _keys(action)
            agent.press(keys)
            await self._world.passes(KEY_S * len(keys))

    async def _after_ringing(self, agent: AgentPhone, does: Callable[[], Awaitable[None]]) -> None:
        await agent.rings(self._world.patience(STEP_S))
        await does()

    async def _rings_out(self, agent: AgentPhone) -> None:
        await agent.rings(self._world.patience(STEP_S))
        await agent.stops_ringing(self._world.patience(RING_S + 1))

    # ---- what is heard --------------------------------------------------------------------------

    async def _is_heard(self, what: str, heard: str) -> None:
        """Within the promised time, and still a moment later."""
        is_answer = what.endswith(("answers", "picks up"))
        within_s = STEP_S + (WHISPER_S if is_answer else 0.0)
        if what.startswith("ccbot"):
            within_s += AFTER_RESTART_S
        if " hears " in what:
            within_s += SENTENCE_S_MAX
        try:
            for limit_s in (within_s, 0.0):
                for one in heard.split():
                    await self._hears(one, self._world.patience(limit_s))
                await self._world.passes(STAYS_S)
        except (AssertionError, TimeoutError) as problem:
            raise AssertionError(f"after {what!r}, {heard!r}: {problem}") from problem

    async def _hears(self, one: str, within_s: float) -> None:
        party, sign, others = self._party(one[0]), one[1], one[2:]
        wanted = frozenset(self._party(letter).number for letter in others)
        self._allowed.setdefault(one[0], {frozenset()}).add(wanted)
        if sign == ".":
            await self._is_let_go(one[0], within_s)
        elif sign == "~":
            await party.hears_no_voice(within_s)
        elif sign == "-":
            await party.hears_only(within_s=within_s)
        else:
            await party.hears_only(*map(self._party, others), within_s=within_s)

    async def _is_let_go(self, letter: str, within_s: float) -> None:
        if letter == "C":
            await self._caller().is_let_go(within_s + GOODBYE_S)
        else:
            await self._agents[letter].is_let_go(within_s)

    def _caller(self) -> Caller:
        assert self._customer is not None
        return self._customer

    def _party(self, letter: str) -> Party:
        return self._caller() if letter == "C" else self._agents[letter]

    # ---- after it -------------------------------------------------------------------------------

    async def _is_on_record(self) -> None:
        ending = self._ending
        row = await self._world.row(self._caller())
        agents = tuple(NUMBERS[letter] for letter in ending.agents)
        told = (row.outcome, row.agents, row.hung_up_by)
        assert told == ("answered", agents, ending.hung_up_by), row
        kinds = " ".join(row.kinds).partition("menu waiting ringing ")[2]
        assert kinds in ending.kinds.split("|"), kinds
        _times_add_up(row)
        for letter, allowed in self._allowed.items():
            heard = self._party(letter).all_voices()
            assert heard <= allowed, f"{letter} heard {[sorted(one) for one in heard - allowed]}"
        with_voices = [one for letter, one in self._agents.items() if letter not in ending.alone]
        refused = any(" hears " in what for what, _ in ending.steps)
        nobody_alone(self._caller(), max_s=SENTENCE_S if refused else ALONE_S_MAX)
        nobody_alone(*with_voices, max_s=RINGING_PAUSE_S)


GOODBYE_S = 5.0
"""So long the last word to a customer takes, before the line ends."""

SENTENCE_S = 2.6
"""An agent who hears why something cannot be done is not heard meanwhile."""

RINGING_PAUSE_S = 4.3
"""Who hears ringing hears a pause of four seconds after each ring, and is not alone."""


def _keys(action: str) -> str:
    """``*3B#`` is ``*31902#``."""
    for letter, number in NUMBERS.items():
        action = action.replace(letter, number)
    return action


def _times_add_up(row: Row) -> None:
    assert row.wait_ms + row.talk_ms <= row.lasted_ms


async def play(world: World, ending: Ending) -> None:
    """The scenario of one row."""
    await Play(world, ending).whole()
