"""Days with supervisors, who dial in on talks at any moment and press any key."""

import re

import pytest

from ccbot.core.facts import CallTakenOver, SupervisionBegan, SupervisionTurned
from tests.sim import planted_supervision
from tests.sim.delays import ChanceDelays
from tests.sim.loop import Sim, simulate
from tests.sim.people import Pace, a_day
from tests.sim.planted import Plant, said
from tests.sim.sim_world import SimWorld, sim_world
from tests.sim.test_days import FAULTS, a_bad_day

PACE = Pace(
    lasts_s=600,
    between_calls_s=6,
    agents=6,
    groups=("service", "tech", "quick"),
    hands_on=0.5,
    supervisors=3,
)
SEEDS = range(1, 5)
BUG_SEEDS = range(1, 9)
"""Planted bugs are looked for on these days until one is found."""


def test_supervised_days() -> None:
    """Whether anybody takes a talk over on one day is chance; on all together somebody does."""

    async def story(sim: Sim) -> SimWorld:
        async with sim_world(sim, delays=ChanceDelays(sim.chance("delays"))) as world:
            await a_day(world, PACE)
        return world

    facts = {type(one.fact) for seed in SEEDS for one in simulate(seed, story).journal.facts}
    assert {SupervisionBegan, SupervisionTurned, CallTakenOver} <= facts


@pytest.mark.parametrize("faults", ["ccbot", "socket", "asterisk"])
@pytest.mark.parametrize("seed", SEEDS)
def test_bad_supervised_day(faults: str, seed: int) -> None:
    async def story(sim: Sim) -> int:
        async with sim_world(sim, delays=ChanceDelays(sim.chance("delays"))) as world:
            return await a_bad_day(world, PACE, FAULTS[faults])

    assert simulate(seed, story) > 0


BUGS: list[tuple[Plant, str]] = [
    (planted_supervision.whispers_go_both_ways, r"the customer hears"),
    (planted_supervision.supervisors_rooms_are_left, r"are left of supervisors"),
    (planted_supervision.who_takes_over_is_free_at_once, r"agent 8\d+ is talking with \[\]"),
]


@pytest.mark.parametrize(("plant", "found"), BUGS, ids=[plant.__name__ for plant, _ in BUGS])
def test_planted_bug_is_found(plant: Plant, found: str) -> None:
    said_of = (said(seed, plant, pace=planted_supervision.PACE) for seed in BUG_SEEDS)
    assert any(re.search(found, one) for one in said_of)
