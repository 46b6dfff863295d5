"""Holds and transfers, counted by the telephones, by SIPp, by Asterisk, and by ccbot."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest

from ccbot.phone import Phone
from ccbot.phone.legs import Incoming
from tests.asterisk import foreign
from tests.asterisk.guests import NOISE_S, Guests
from tests.asterisk.storm import SHIFT_S_MAX, shown_on
from tests.asterisk.witnesses import AsterisksLog, counts, monitored, reported, scoped
from tests.world.world import CHOICES_ENTRY

pytestmark = [
    pytest.mark.xdist_group("centre 1"),
    pytest.mark.skipif(foreign.SIPP is None, reason="SIPp is not installed"),
]

RATE = 5
TALK_S = 1.6
"""Longer than the guard: it is a talk."""
KEY_S = 0.2
"""From one key to the next."""
TONE_HZ = 1000
"""The colleague's voice: far from the tone of a ringing phone."""
LATE_S = 1.0
"""A phone and ccbot may differ by so much: keys, sounds recognised by ear, a busy machine."""
WRAP_UP_S = 2.0
"""Of the group ``choices``."""
FOR_EVER_S = 40.0

TALKING, HOLD, CONSULT, CONSULTED = "talking", "on_hold", "consulting", "consulted"
"""The report's words for what an agent does with a customer."""
OF_ROW = {"talk_ms": TALKING, "hold_ms": HOLD}


class Book:
    """Who spent how many seconds with what, by the telephones' clock."""

    def __init__(self) -> None:
        self.of_agent: dict[str, Counter[str]] = {}
        self.of_call: dict[str, Counter[str]] = {}
        self.agents: dict[str, list[str]] = {}
        """Customer → who had her, in order."""

    def charge(
        self, call: str, agent: str, what: str, seconds: float, *, of_call: bool = True
    ) -> None:
        """Two agents may be busy with one call at once: its own time is the sender's alone."""
        self.of_agent.setdefault(agent, Counter())[what] += seconds  # type: ignore[assignment]
        if of_call:
            self.of_call.setdefault(call, Counter())[what] += seconds  # type: ignore[assignment]
        had = self.agents.setdefault(call, [])
        if what == TALKING and agent not in had:
            had.append(agent)


class Shift:
    """An agent with a customer, who notes when he turns to something else."""

    def __init__(self, book: Book, agent: str, leg: Incoming) -> None:
        self.leg, self.call = leg, shown_on(leg)
        self._book, self._agent = book, agent
        self._since_s = asyncio.get_running_loop().time()

    def did(self, what: str, *, of_call: bool = True) -> None:
        """That was it until now."""
        now_s = asyncio.get_running_loop().time()
        self._book.charge(self.call, self._agent, what, now_s - self._since_s, of_call=of_call)
        self._since_s = now_s

    def begins(self) -> None:
        """What was before is nobody's."""
        self._since_s = asyncio.get_running_loop().time()

    async def press(self, keys: str) -> None:
        """Until all of them were sent."""
        self.leg.press(keys)
        await asyncio.sleep(KEY_S * len(keys))

    async def talks(self) -> None:
        """For a while."""
        await asyncio.sleep(TALK_S)

    def hangs_up(self) -> None:
        """He is the last one with her, or leaves her to the other."""
        self.leg.hang_up()
        self.did(TALKING)


class Team:
    """Two agents, of whom the first one may ask the second."""

    def __init__(self, book: Book, colleague: Phone) -> None:
        self._book, self._colleague = book, colleague
        self._number = number_of(colleague)

    async def only_talks(self, shift: Shift) -> None:
        """The customer is his alone."""
        await shift.talks()
        shift.hangs_up()

    async def holds(self, shift: Shift) -> None:
        """Once, and comes back."""
        await shift.talks()
        await shift.press("*1")
        shift.did(TALKING)
        await shift.talks()
        await shift.press("*1")
        shift.did(HOLD)
        await shift.talks()
        shift.hangs_up()

    async def hands_on_blind(self, shift: Shift) -> None:
        """He is let go as soon as the colleague has her."""
        await shift.talks()
        await shift.press(f"*2{self._number}#")
        shift.did(TALKING)
        other = await self._answered()
        await shift.leg.ended(within_s=NOISE_S)
        shift.did(CONSULT)
        other.begins()
        await other.talks()
        other.hangs_up()

    async def completes(self, shift: Shift) -> None:
        """He talks with the colleague, and leaves her to him."""
        other = await self._consults(shift)
        await shift.press("*4")
        await shift.leg.ended(within_s=NOISE_S)
        shift.did(CONSULT)
        other.did(CONSULTED, of_call=False)
        await other.talks()
        other.hangs_up()

    async def goes_back(self, shift: Shift) -> None:
        """He only wanted advice."""
        other = await self._consults(shift)
        await shift.press("*6")
        await other.leg.ended(within_s=NOISE_S)
        shift.did(CONSULT)
        other.did(CONSULTED, of_call=False)
        await shift.talks()
        shift.hangs_up()

    async def brings_together(self, shift: Shift) -> None:
        """All three talk, then he leaves; so long the call is his."""
        other = await self._consults(shift)
        await shift.press("*5")
        shift.did(CONSULT)
        other.did(CONSULTED, of_call=False)
        await shift.talks()
        shift.hangs_up()
        other.did(TALKING, of_call=False)
        await other.talks()
        other.hangs_up()

    async def _consults(self, shift: Shift) -> Shift:
        await shift.talks()
        await shift.press(f"*3{self._number}#")
        shift.did(TALKING)
        other = await self._answered()
        await shift.leg.hears_tone(TONE_HZ, within_s=NOISE_S)
        other.begins()
        await shift.talks()
        return other

    async def _answered(self) -> Shift:
        incoming = await self._colleague.rings(within_s=NOISE_S)
        await incoming.answer()
        incoming.say_tone(TONE_HZ)
        return Shift(self._book, self._number, incoming)


Deed = Callable[[Team, Shift], Awaitable[None]]

DEEDS: tuple[Deed, ...] = (
    Team.only_talks,
    Team.holds,
    Team.holds,
    Team.hands_on_blind,
    Team.hands_on_blind,
    Team.completes,
    Team.goes_back,
    Team.brings_together,
)
_numbers = count(3300, 20)
"""A day's report counts an agent's whole day: a second try has agents of its own."""

PLAN = {f"1391112{place:04d}": deed for place, deed in enumerate(DEEDS)}
"""Customer's number → what is done with her."""
HELD, SENT, TAKEN_BACK = 2, 4, 1
TALKS = len(DEEDS) + SENT
"""Whoever had the customer had a talk."""


def number_of(phone: Phone) -> str:
    """The agent's."""
    return phone.user.removeprefix("p-")


async def serves(phone: Phone, colleagues: dict[str, Phone], book: Book) -> None:
    """His one customer of today."""
    incoming = await phone.rings(within_s=SHIFT_S_MAX)
    await incoming.answer()
    shift = Shift(book, number_of(phone), incoming)
    number = next(one for one in PLAN if one.endswith(shift.call))
    await PLAN[number](Team(book, colleagues[number]), shift)


async def staff(guests: Guests, numbers: range, group: str) -> list[Phone]:
    """Signed in."""
    async with asyncio.TaskGroup() as tasks:
        coming = [tasks.create_task(guests.agent(str(one), group)) for one in numbers]
    return [one.result() for one in coming]


async def test_telephones_sipp_asterisk_and_report_count_the_same_holds_and_transfers(
    guests: Guests, tmp_path: Path
) -> None:
    first = next(_numbers)
    first_line = await staff(guests, range(first, first + len(PLAN)), "choices")
    colleagues = await staff(guests, range(first + 10, first + 10 + len(PLAN)), "tech")
    hotline, book = guests.hotline, Book()
    asterisk, metrics_before = AsterisksLog(hotline.home), await monitored(hotline)
    report_before = counts(await asyncio.to_thread(reported, hotline.home))

    plan = [foreign.Planned(number, CHOICES_ENTRY, FOR_EVER_S) for number in PLAN]
    beside = dict(zip(PLAN, colleagues, strict=True))
    async with asyncio.TaskGroup() as tasks:
        for phone in first_line:
            tasks.create_task(serves(phone, beside, book))
        sipp = await foreign.planned(hotline.sip_port, plan, rate=RATE, folder=tmp_path)
    await guests.settled()
    async with asyncio.timeout(WRAP_UP_S + NOISE_S):
        while (await monitored(hotline))["ccbot_agents_now ready"] < len(first_line + colleagues):
            await asyncio.sleep(0.2)

    lived = asterisk.lived()
    assert sipp.status == 0
    assert sipp.calls.keys() == lived.customers.keys() == PLAN.keys()
    differences = []
    for number in PLAN:
        row, _ = await guests.row_of_caller(number)
        segments = await guests.segments(row["call_id"])
        differences += of_row(book, number, row, segments, sipp.calls[number])
    by_agent = scoped(await asyncio.to_thread(reported, hotline.home, "agent"))
    for phone in first_line + colleagues:
        agent = number_of(phone)
        differences += of_agent(book, agent, by_agent[agent], lived.agents.get(agent, []))
    assert differences == [], "\n".join(differences)
    report = counts(await asyncio.to_thread(reported, hotline.home)) - report_before
    assert {key: report[key] for key in OF_REPORT} == OF_REPORT
    metrics = await monitored(hotline) - metrics_before
    assert {key: metrics[key] for key in OF_METRICS} == OF_METRICS


def of_row(
    book: Book,
    number: str,
    row: dict[str, Any],
    segments: list[dict[str, Any]],
    sipp: foreign.Told,
) -> list[str]:
    """Where row and segments differ from what the telephones and SIPp say."""
    shown = number[-4:]
    seen = book.of_call[shown]
    lasted_s = (row["ended_at"] - row["entered_at"]).total_seconds()
    told_s = {"lasted": lasted_s, **{key: row[key] / 1000 for key in OF_ROW}}
    told_s["consult"] = sum(lasts_s(one) for one in segments if one["kind"] == "consult")
    seen_s = {"lasted": sipp.lasted_s, **{key: seen[what] for key, what in OF_ROW.items()}}
    seen_s["consult"] = seen[CONSULT]
    found = [f"{number} {text}" for text in late(told_s, seen_s)]
    if (row["agents"], row["transfers"]) != (book.agents[shown], len(book.agents[shown]) - 1):
        found.append(f"{number} had {row['agents']}, by the telephones {book.agents[shown]}")
    gaps = [one for one, other in pairwise(segments) if one["ended_at"] != other["started_at"]]
    ends = (segments[0]["started_at"], segments[-1]["ended_at"])
    if gaps or ends != (row["entered_at"], row["ended_at"]):
        found.append(f"{number}: gaps after {gaps}, or not from end to end: {ends}")
    return found


def of_agent(book: Book, agent: str, told: Counter[str], legs: list[float]) -> list[str]:
    """Where his line of the report differs from what his telephone and Asterisk say."""
    seen = book.of_agent.get(agent, Counter())
    seen_s = {what: float(seen[what]) for what in (TALKING, HOLD, CONSULT, CONSULTED)}
    seen_s["wrap_up"] = WRAP_UP_S if seen[TALKING] else 0.0
    told_s = {what: float(told[what]) for what in seen_s}
    found = [*late(told_s, seen_s)]
    busy_s = float(sum(told[what] for what in ("ringing", TALKING, HOLD, CONSULT, CONSULTED)))
    found += late({"legs": busy_s}, {"legs": sum(legs)})
    return [f"{agent} {text}" for text in found]


def late(told_s: dict[str, float], seen_s: dict[str, float]) -> list[str]:
    """What is further apart than it may be."""
    return [
        f"{what}: {told_s[what]:.2f} s, not {seen_s[what]:.2f} s"
        for what in seen_s
        if abs(told_s[what] - seen_s[what]) > LATE_S
    ]


def lasts_s(segment: dict[str, Any]) -> float:
    """From its start to its end."""
    return float((segment["ended_at"] - segment["started_at"]).total_seconds())


OF_REPORT = {
    "outcome answered": len(PLAN),
    "offered": len(PLAN),
    "talks": TALKS,
    "hold_rate": HELD,
    "transfers": SENT,
    "taken_back": TAKEN_BACK,
    "transfer_rate": SENT,
    "transfer_success": SENT,
    "transfer_abandoned": 0,
    "transferred_again": 0,
}
"""By how much the report's counts must have grown."""
OF_METRICS = {
    "ccbot_holds_total choices": HELD,
    "ccbot_transfers_total completed choices blind": 2,
    "ccbot_transfers_total completed choices consult": 2,
    "ccbot_transfers_total back choices consult": TAKEN_BACK,
    "ccbot_talk_seconds_count choices": TALKS,
}
"""The same for the counters of ``/metrics``."""
