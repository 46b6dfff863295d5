"""About how long a waiting caller waits on, or nothing where nobody could honestly say.

The rest of her wait is played through some dozens of times: each agent is done with his customer
as others were before him, drawn from the handling times of late, and takes the next in line. What
is told is a band: "about N minutes" promises N minutes give or take half of them, and one minute at
least. Where the times are too few, or too many of the trials end outside the band, she is told
nothing. All of it follows from the floor and the moment: the chance is always the same one.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heapify, heapreplace
from statistics import fmean, median
from typing import TYPE_CHECKING

from ccbot.core.agents import AgentState
from ccbot.core.calls import Call, Stage
from ccbot.core.routing.eligible import why_never

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

HANDLED_MIN = 8
"""From fewer customers nothing is concluded."""

MINUTES_MAX = 15
"""Longer waits are told in no number; nor has any a sentence of its own."""

BAND_S_MIN = 60.0
"""The band reaches so far to both sides at least."""

BAND_SHARE = 0.5
"""… else this share of what is told."""

TRIALS = 24
SURE_SHARE = 0.8
"""So many of the trials end within the band that is told."""

TURNS_MAX = 20
"""Beyond so many callers chance evens out: the mean is good enough for those before her."""

_WORKING = {AgentState.READY, AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP}


@dataclass(frozen=True, slots=True)
class Server:
    """An agent as the queue sees him."""

    busy_s: float
    """How long his present customer has taken already; 0: she has only just come."""
    queues: int = 1
    """Between how many groups with waiting callers he divides himself."""
    free: bool = False
    """He has no customer: he only rests for a moment, or uses his phone."""


def band_s(minutes: int) -> tuple[float, float]:
    """What "about N minutes" promises: within how many seconds from now, from and until."""
    told_s = 60.0 * minutes
    reach_s = max(BAND_S_MIN, BAND_SHARE * told_s)
    return told_s - reach_s, told_s + reach_s


def minutes_to_wait(floor: "Floor", call: Call, now: datetime) -> int | None:
    """About how many minutes the waiting call waits on; none if that is not known well enough."""
    assert call.group is not None
    lasted_s = floor.handling.lasted_s(call.group, now)
    if len(lasted_s) < HANDLED_MIN:
        return None
    return about(lasted_s, _at_work(floor, call, now), _ahead(floor, call, now))


def _ahead(floor: "Floor", call: Call, now: datetime) -> int:
    """Whoever is to be served before her, and has not found an agent yet."""
    assert call.group is not None
    ringing = sum(one.stage is Stage.RINGING for one in floor.waiting(call.group))
    return max(0, floor.ahead_of(call, now) - ringing)


def about(lasted_s: Sequence[float], agents: Sequence[Server], ahead: int) -> int | None:
    """The whole minutes, from handling times, agents, and how many are ahead of her."""
    if len(lasted_s) < HANDLED_MIN or not agents:
        return None
    trials_s = _trials_s(sorted(lasted_s), agents, ahead)
    minutes = max(1, round(median(trials_s) / 60))
    since_s, until_s = band_s(minutes)
    within = sum(since_s <= one <= until_s for one in trials_s)
    is_sure = minutes <= MINUTES_MAX and within >= SURE_SHARE * TRIALS
    return minutes if is_sure else None


def _trials_s(lasted_s: Sequence[float], agents: Sequence[Server], ahead: int) -> list[float]:
    """When it would be her turn, each time; ``lasted_s`` in order."""
    at_work = sum(1 / one.queues for one in agents)
    turns = min(ahead, TURNS_MAX)
    rest_s = (ahead - turns) * fmean(lasted_s) / at_work
    return [_trial_s(lasted_s, agents, turns, seed) + rest_s for seed in range(TRIALS)]


def _trial_s(lasted_s: Sequence[float], agents: Sequence[Server], turns: int, seed: int) -> float:
    """Whoever is done first takes the next caller, and is taken up once more."""
    chance = _chance(seed)
    done = [(_rest_s(lasted_s, one, next(chance)), one.queues) for one in agents]
    heapify(done)
    for _ in range(turns):
        at_s, queues = done[0]
        lasts_s = lasted_s[int(next(chance) * len(lasted_s))]
        heapreplace(done, (at_s + lasts_s * queues, queues))
    return done[0][0]


def _rest_s(lasted_s: Sequence[float], agent: Server, chance: float) -> float:
    """How long he is still taken up: as one of those that took longer than he has."""
    if agent.free:
        return 0.0
    shorter = bisect_right(lasted_s, agent.busy_s)
    longer = len(lasted_s) - shorter
    if longer == 0:
        return chance * fmean(lasted_s)
    return lasted_s[shorter + int(chance * longer)] - agent.busy_s


def _chance(seed: int) -> Iterator[float]:
    """Numbers in [0, 1) without a pattern that matters; the same for the same seed."""
    state = seed * 2_654_435_761 + 1
    while True:
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) & (2**64 - 1)
        yield (state >> 33) / 2**31


def _at_work(floor: "Floor", call: Call, now: datetime) -> list[Server]:
    """Who serves such callers now; no more of them than may talk for the group at once."""
    assert call.group is not None
    queues = {one.group for one in floor.calls.values() if one.stage is Stage.WAITING}
    queues.add(call.group)
    at_work = [
        Server(
            busy_s=(now - agent.handles.since).total_seconds() if agent.handles else 0.0,
            queues=len(queues.intersection(agent.groups)),
            free=agent.state is AgentState.READY,
        )
        for agent in floor.agents.values()
        if agent.state in _WORKING
        and agent.reachable
        and not agent.test
        and why_never(floor.routing, call, agent, now) is None
    ]
    return at_work[: floor.group(call.group).talks_max]
