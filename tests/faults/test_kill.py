"""``kill -9`` of ccbot: nobody notices more than was promised."""

import asyncio
import signal
from dataclasses import dataclass

import pytest

from tests.asterisk.real_world import TONE_HZ, RealAgent, RealCaller, RealWorld
from tests.faults.centre import Apart, numbers, tell
from tests.faults.steps import (
    Pair,
    are_served_in_order,
    callers_in_the_menu,
    listening,
    resting_agent,
    ringing_pair,
    talking_pairs,
    waiting_callers,
)

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("faults"),
]

MENU_AGAIN_S_MAX = 5.0
AWAY_S = 1.0
ROWS_BACK_S_MAX = 8.0
"""After Postgres is back: the writer asks every five seconds at least."""

SHORT, FULL = (3, 2, 1), (10, 5, 2)
"""How many talk, wait, and hear the menu."""

QUICK_S_MAX = 30.0
"""Beside all other tests a process starts when it can: nobody is lost, but time is not judged."""


@dataclass(kw_only=True)
class House:
    """People in every stage."""

    pairs: list[Pair]
    waiting: list[RealCaller]
    menu: list[RealCaller]
    ringing: Pair
    queue_agent: RealAgent

    def callers(self) -> list[RealCaller]:
        return [
            *(pair.caller for pair in self.pairs),
            self.ringing.caller,
            *self.waiting,
            *self.menu,
        ]


async def full_house(
    world: RealWorld, talking: int, waiting: int, menu: int, *, until_music: bool = True
) -> House:
    """So many in each stage, and one whose agent's phone rings."""
    queue_agent = await resting_agent(world)
    return House(
        pairs=await talking_pairs(world, talking),
        waiting=await waiting_callers(world, waiting, until_music=until_music),
        ringing=await ringing_pair(world),
        menu=await callers_in_the_menu(world, menu),
        queue_agent=queue_agent,
    )


async def killed_and_started(
    apart: Apart, house: House, *, menu_s_max: float = MENU_AGAIN_S_MAX
) -> None:
    """Kill ccbot and let it come back: talks hear nothing, menus speak again."""
    async with listening(house.pairs) as talks:
        await apart.kill()
        await asyncio.sleep(AWAY_S)
        started_s = await apart.starts()
        spoke_s = [await menu_again_s(caller, started_s, menu_s_max) for caller in house.menu]
        await apart.ready()
        tell(await talks.were_whole(gaps_count=menu_s_max == MENU_AGAIN_S_MAX))
    tell(f"menus spoke again after {[round(one, 2) for one in spoke_s]} s")
    assert max(spoke_s) <= menu_s_max


async def menu_again_s(caller: RealCaller, started_s: float, within_s: float) -> float:
    """How long after ccbot's start the menu speaks; Asterisk may have played on before."""
    heard = await caller.call.hears_which(
        lambda one: one.name == "menu.main" and one.began_s > started_s,
        "the menu again",
        within_s=within_s + 2,
    )
    return heard.began_s - started_s


async def all_go(world: RealWorld, house: House) -> float:
    """All are served and leave; how long the first of the waiting waited, all told."""
    await house.queue_agent.dials("*71", "agent.signed_in")
    await are_served_in_order(world, house.queue_agent, house.waiting)
    ringing = house.ringing
    if ringing.agent.leg is None or ringing.agent.leg.ending is not None:
        await ringing.agent.rings(world.patience(1))
    await ringing.agent.answers()
    assert ringing.agent.leg is not None
    ringing.agent.leg.say_tone(TONE_HZ)
    await ringing.caller.call.hears_tone(TONE_HZ, within_s=world.patience(2))
    for caller in house.callers():
        caller.hang_up()
    first = house.waiting[0].call
    assert first.ending is not None
    assert first.answered_s is not None
    return first.ending.at_s - first.answered_s


async def rows_are_right(
    apart: Apart, house: House, waited_s: float, within_s: float, *, off_ms_max: int = 300
) -> None:
    """One row each, and it says what happened."""
    rows = await apart.rows(numbers(house.callers()), within_s=within_s)
    talked = len(house.pairs) + 1
    left = talked + len(house.waiting)
    assert {(row["outcome"], row["hung_up_by"]) for row in rows[:talked]} == {
        ("answered", "caller")
    }
    assert {row["outcome"] for row in rows[talked:left]} == {"abandoned_ringing"}
    assert {row["outcome"] for row in rows[left:]} == {"abandoned_menu"}
    assert not any(row["degraded"] for row in rows)
    first_ms = rows[talked]["wait_ms"]
    tell(f"the first waited {waited_s:.2f} s, the row says {first_ms} ms")
    assert abs(first_ms - waited_s * 1_000) < off_ms_max


async def test_it_is_killed_and_nobody_is_lost(apart: Apart) -> None:
    """The short form that always runs, however busy the machine is."""
    async with apart.world() as world:
        house = await full_house(world, 1, 1, 1, until_music=False)
        await killed_and_started(apart, house, menu_s_max=QUICK_S_MAX)
        waited_s = await all_go(world, house)
        await rows_are_right(apart, house, waited_s, QUICK_S_MAX, off_ms_max=2_000)


@pytest.mark.slow
@pytest.mark.parametrize("size", [SHORT, FULL])
async def test_it_is_killed_among_callers_in_every_stage(
    apart: Apart, size: tuple[int, int, int]
) -> None:
    async with apart.world() as world:
        house = await full_house(world, *size)
        await killed_and_started(apart, house)
        waited_s = await all_go(world, house)
        await rows_are_right(apart, house, waited_s, within_s=2.0)


@pytest.mark.slow
@pytest.mark.parametrize("size", [SHORT, FULL])
async def test_it_is_killed_while_postgres_is_down(
    apart: Apart, size: tuple[int, int, int]
) -> None:
    async with apart.world() as world:
        house = await full_house(world, *size)
        apart.postgres.stop(signal.SIGQUIT)
        try:
            await killed_and_started(apart, house)
            waited_s = await all_go(world, house)
        finally:
            apart.postgres.start()
        await rows_are_right(apart, house, waited_s, within_s=ROWS_BACK_S_MAX)
