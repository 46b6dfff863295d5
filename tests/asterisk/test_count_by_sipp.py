"""Calls that SIPp makes, each with its own ending, counted by SIPp, by Asterisk, and by ccbot."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ccbot.phone import Phone
from tests.asterisk import foreign
from tests.asterisk.guests import Guests
from tests.asterisk.storm import SHIFT_S_MAX, shown_on
from tests.asterisk.witnesses import AsterisksLog, counts, monitored, reported
from tests.world.world import FORMAL_ENTRY, LIVE_ENTRY, SWIFT_ENTRY

pytestmark = [
    pytest.mark.xdist_group("centre 1"),
    pytest.mark.skipif(foreign.SIPP is None, reason="SIPp is not installed"),
]

RATE = 5
AGENTS = 8
SHORT_TALK_S = 2.0
LATE_S = 1.0
ROUNDED_S = 0.1
"""The report rounds seconds so."""
FOR_EVER_S = 40.0


class Ending(NamedTuple):
    """A way in which a call ends, and what the call log must say of it."""

    dialled: str
    stays_s: float
    calls: int
    ended_as: str
    outcome: str
    hung_up_by: str
    talked_s: float | None = None
    """About so long, if it was a talk."""


ENDINGS = (
    Ending("10000", 0.75, 4, "left", "abandoned_menu", "caller"),
    Ending(FORMAL_ENTRY, 6.0, 4, "left", "abandoned_waiting", "caller"),
    Ending(SWIFT_ENTRY, 2.5, 2, "left", "abandoned_ringing", "caller"),
    Ending(SWIFT_ENTRY, 4.0, 4, "left", "answered", "caller", 4.0),
    Ending(SWIFT_ENTRY, FOR_EVER_S, 4, "let go", "answered", "agent", SHORT_TALK_S),
    Ending(LIVE_ENTRY, FOR_EVER_S, 2, "let go", "no_agents", "system"),
)
"""In the greeting, while she waits, while a phone rings, after a talk by either side, sent away."""

PLAN = {
    f"1391111{kind}{place:03d}": ending
    for kind, ending in enumerate(ENDINGS)
    for place in range(ending.calls)
}
"""Customer's number → what becomes of her."""


async def works(phone: Phone) -> None:
    """Does with each customer what her ending asks for; for ever."""
    endings = {number[-4:]: ending for number, ending in PLAN.items()}
    while True:
        incoming = await phone.rings(within_s=SHIFT_S_MAX)
        ending = endings[shown_on(incoming)]
        if ending.talked_s is None:
            await incoming.cancelled(within_s=FOR_EVER_S)
            continue
        await incoming.answer()
        if ending.hung_up_by == "agent":
            await asyncio.sleep(SHORT_TALK_S)
            incoming.hang_up()
        else:
            await incoming.ended(within_s=FOR_EVER_S)


async def staff(guests: Guests) -> list[Phone]:
    """Those who answer; and one who rests, so that his group's customers wait."""
    async with asyncio.TaskGroup() as tasks:
        numbers = [str(3100 + place) for place in range(AGENTS)]
        signing_in = [tasks.create_task(guests.agent(one, "swift")) for one in numbers]
    resting = await guests.agent("3199", "formal")
    await guests.dials(resting, "*721", "agent.not_ready")
    return [one.result() for one in signing_in]


async def test_sipp_asterisk_log_report_and_metrics_count_the_same(
    guests: Guests, tmp_path: Path
) -> None:
    agents, asterisk = await staff(guests), AsterisksLog(guests.hotline.home)
    rows_before = len(await guests.all_rows())
    metrics_before = await monitored(guests.hotline)
    report_before = counts(await asyncio.to_thread(reported, guests.hotline.home))

    plan = [foreign.Planned(number, one.dialled, one.stays_s) for number, one in PLAN.items()]
    async with asyncio.TaskGroup() as tasks:
        serving = [tasks.create_task(works(phone)) for phone in agents]
        port = guests.hotline.sip_port
        sipp = await foreign.planned(port, plan, rate=RATE, folder=tmp_path)
        for one in serving:
            one.cancel()
    await guests.settled()

    made = len(PLAN)
    told = [sipp.totals[name] for name in ("TotalCallCreated", "SuccessfulCall(C)")]
    assert (sipp.status, *map(int, told)) == (0, made, made)
    rows = {number: (await guests.row_of_caller(number))[0] for number in sipp.calls}
    lived = asterisk.lived().customers
    assert lived.keys() == rows.keys() == PLAN.keys()
    assert len(await guests.all_rows()) - rows_before == made
    differences = [
        text
        for number, row in rows.items()
        for text in differs(PLAN[number], row, sipp.calls[number], lived[number])
    ]
    assert differences == []
    report = counts(await asyncio.to_thread(reported, guests.hotline.home)) - report_before
    assert {key: report[key] for key in of_report()} == of_report()
    talks = [row for row in rows.values() if row["outcome"] == "answered"]
    for metric, of_row in (("average_talk", "talk_ms"), ("speed_of_answer", "wait_ms")):
        seconds = sum(row[of_row] for row in talks) / 1000
        assert report[metric] == pytest.approx(seconds, abs=ROUNDED_S)
    metrics = await monitored(guests.hotline) - metrics_before
    assert {key: metrics[key] for key in of_metrics()} == of_metrics()


def differs(
    ending: Ending, row: dict[str, Any], sipp: foreign.Told, lived: Sequence[float]
) -> list[str]:
    """Where the row is not what SIPp and Asterisk saw, or what was meant."""
    seen = (sipp.ended_as, row["outcome"], row["hung_up_by"], len(row["agents"]))
    meant = (ending.ended_as, ending.outcome, ending.hung_up_by, int(ending.talked_s is not None))
    found = [] if seen == meant else [f"{ending.dialled}: {seen}, meant was {meant}"]
    if len(lived) != 1:
        found.append(f"{ending.dialled}: channels by Asterisk's log: {len(lived)}")
    told_s = {
        "lasted": (row["ended_at"] - row["entered_at"]).total_seconds(),
        "served": (row["wait_ms"] + row["talk_ms"]) / 1000,
        "talked": row["talk_ms"] / 1000,
    }
    seen_s = [("lasted", lived[0]), ("lasted", sipp.lasted_s), ("talked", ending.talked_s or 0.0)]
    if ending.dialled == SWIFT_ENTRY and ending.hung_up_by == "caller":
        seen_s.append(("served", sipp.lasted_s))  # no word before it, and none after
    late = [(what, told_s[what], s) for what, s in seen_s if abs(told_s[what] - s) > LATE_S]
    return [*found, *(f"{ending.dialled}: {what} {row_s} s, not {s} s" for what, row_s, s in late)]


def of_report() -> dict[str, int]:
    """By how much the report's counts must have grown."""
    outcomes = Counter(f"outcome {one.outcome}" for one in PLAN.values())
    talks, sent_away = outcomes["outcome answered"], outcomes["outcome no_agents"]
    queued = len(PLAN) - outcomes["outcome abandoned_menu"]
    return {
        **outcomes,
        "logged": len(PLAN),
        "offered": queued,
        "answered": talks,
        "abandoned": queued - talks - sent_away,
        "by_system": sent_away,
        "answer_rate": talks,
        "lost": queued - talks,
        "talks": talks,
        "rings": talks,
        "three_rings": talks,
    }


def of_metrics() -> dict[str, int]:
    """The same for the counters of ``/metrics``."""
    return {
        "ccbot_calls_total": len(PLAN),
        "ccbot_queue_offered_total formal": 4,
        "ccbot_queue_offered_total live": 2,
        "ccbot_queue_offered_total swift": 10,
        "ccbot_queue_ended_total answered swift answered": 8,
        "ccbot_queue_ended_total abandoned swift abandoned_ringing": 2,
        "ccbot_queue_ended_total abandoned formal abandoned_waiting": 4,
        "ccbot_queue_ended_total system live no_agents": 2,
        "ccbot_talk_seconds_count swift": 8,
    }
