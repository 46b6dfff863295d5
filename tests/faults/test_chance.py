"""Calls by chance with holds, transfers, a supervisor and hang-ups, and ccbot killed meanwhile."""

import asyncio
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from ccbot.clock import SystemClock
from tests.asterisk.storm import two_calls
from tests.faults.centre import Apart, numbers, tell
from tests.faults.chance import Shift
from tests.faults.left import left_behind, live_recordings, tasks_at_rest, unsealed
from tests.faults.promises import Absence, broken_promises, journal, told_of

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("faults"),
]

KILLS = 3
AWAY_S_MAX = 2.0
ROWS_S_MAX = 20.0
"""Of the last calls, whose rows Postgres may get after a restart."""
WHOLE_MS = 1000
"""The promise: a call's segments sum to it, but for a second."""


@pytest.mark.parametrize(
    ("count", "at_once"), [(40, 10), pytest.param(500, 10, marks=pytest.mark.slow)]
)
async def test_calls_by_chance_leave_nothing_behind(
    apart: Apart, request: pytest.FixtureRequest, count: int, at_once: int
) -> None:
    hotline, clock = apart.hotline, SystemClock()
    async with apart.world() as world:
        shift = Shift(world, seed=request.config.getoption("--seed") or count)
        await shift.begins()
        await apart.ready()
        tasks_before, since = await tasks_at_rest(hotline), clock.now()
        async with shift.at_work(), asyncio.TaskGroup() as tasks:
            calling = tasks.create_task(shift.calls(count, at_once=at_once))
            absences = await _three_kills(apart, shift, calling, count)
        problems = await left_behind(hotline, tasks_before)
        rows = await apart.rows(numbers(shift.customers), within_s=ROWS_S_MAX)
        tell(f"{len(rows)} calls: {dict(Counter(row['outcome'] for row in rows))}")
        tell(f"{tasks_before} tasks before, {await hotline.tasks()} after")
        facts = await journal(hotline.database_url)
        deeds = Counter(type(one.fact).__name__ for one in facts if one.at >= since)
        tell(f"{dict(sorted(deeds.items()))}")
        problems += [problem for one in shift.agents for problem in two_calls(one.phone)]
        problems += await _segment_problems(world.segments, rows)
        problems += await live_recordings(hotline, facts)
        problems += await unsealed(hotline, [row["call_id"] for row in rows])
        problems += await broken_promises(facts, since, absences)
        print("\n".join([*problems, *told_of(facts, problems)]))  # noqa: T201 - what failed
        assert not problems
        assert any(row["outcome"] == "answered" for row in rows)


async def _three_kills(
    apart: Apart, shift: Shift, calling: "asyncio.Task[None]", count: int
) -> list[Absence]:
    """Each after so many calls; when ccbot was not there."""
    clock, absences = SystemClock(), []
    for kill in range(1, KILLS + 1):
        await _so_many_called(shift, calling, count * kill // (KILLS + 1))
        killed_at = clock.now()
        await apart.kill()
        await asyncio.sleep(shift.rng.uniform(0.2, AWAY_S_MAX))
        await apart.starts()
        await apart.ready()
        absences.append((killed_at, clock.now()))
    return absences


async def _so_many_called(shift: Shift, calling: "asyncio.Task[None]", count: int) -> None:
    while len(shift.customers) < count and not calling.done():
        await asyncio.sleep(0.05)


async def _segment_problems(segments_of: Any, rows: list[dict[str, Any]]) -> list[str]:
    """Segments without gap or overlap that sum to their call; nobody talks with two at once."""
    problems: list[str] = []
    talks: dict[str, list[tuple[Any, Any, str]]] = {}
    for row in rows:
        segments = await segments_of(row["call_id"])
        problems += _course_problems(row, segments)
        for one in segments:
            if one["kind"] == "talk" and one["agent"] is not None:
                span = (one["started_at"], one["ended_at"], row["call_id"])
                talks.setdefault(one["agent"], []).append(span)
    for agent, spans in talks.items():
        for before, after in pairwise(sorted(spans)):
            if after[0] < before[1] and after[2] != before[2]:
                problems.append(f"{agent} talked in {before[2]} and {after[2]} at once")
    return problems


def _course_problems(row: dict[str, Any], segments: list[dict[str, Any]]) -> list[str]:
    problems = [
        f"{row['call_id']}: a gap or overlap after segment {before['seq']}"
        for before, after in pairwise(segments)
        if before["ended_at"] != after["started_at"]
    ]
    told_ms = sum((one["ended_at"] - one["started_at"]).total_seconds() for one in segments) * 1000
    lasted_ms = (row["ended_at"] - row["entered_at"]).total_seconds() * 1000
    if abs(told_ms - lasted_ms) > WHOLE_MS:
        problems.append(f"{row['call_id']}: segments of {told_ms} ms, but it took {lasted_ms} ms")
    if (row["outcome"] == "answered") != bool(row["agents"]):
        problems.append(f"{row['call_id']}: {row['outcome']} with agents {row['agents']}")
    return problems
