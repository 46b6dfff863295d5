"""The line to Asterisk breaks, again and again, or falls silent: calls go on."""

import asyncio

import pytest

from tests.asterisk.real_world import RealCaller, RealWorld
from tests.faults.centre import Apart, numbers, tell, until
from tests.faults.proxy import Link
from tests.faults.routing import QUEUE_ENTRY
from tests.faults.steps import (
    SETUP_S_MAX,
    Pair,
    callers_in_the_menu,
    listening,
    resting_agent,
    talking_pairs,
    waiting_callers,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("faults"),
]

BACK_S_MAX = 1.0
SEEN_S_MAX = 6.0
HANDED_BACK_S_MAX = 12.0
"""The apology is heard to its end; then every three seconds Asterisk asks whether ccbot is back."""
HEALED_S_MAX = 12.0
"""Requests that were swallowed are given up after five seconds, and so may be one attempt more."""

SHORT = (2, 1, 1, 3, 2.0)
FULL = (10, 6, 4, 17, 7.0)
"""How many talk, wait, and hear the menu; how many resets, and how far apart, in seconds."""


def is_event_socket(link: Link) -> bool:
    return link.is_event_socket


async def reconnected_s(apart: Apart) -> float:
    """Reset the event socket; how long until there is another one, and calls are taken."""
    before = apart.to_asterisk.opened
    assert apart.to_asterisk.reset(is_event_socket) == 1

    async def is_back() -> bool:
        return apart.to_asterisk.opened > before and await apart.hotline.is_ready()

    return await until(is_back, within_s=HEALED_S_MAX, what="connected again")


async def a_call_in_the_gap(apart: Apart, world: RealWorld) -> tuple[RealCaller, float]:
    """Somebody dials in at the moment of the reset; how long it took to connect again."""
    async with asyncio.TaskGroup() as tasks:
        back = tasks.create_task(reconnected_s(apart))
        caller = await world.caller(QUEUE_ENTRY)
    return caller, back.result()


async def hears_and_leaves(caller: RealCaller) -> None:
    """She is served like anybody else, after an apology if nobody was there, and hangs up."""
    await caller.hears("queue.busy", HANDED_BACK_S_MAX)
    caller.hang_up()


async def resets_s(
    apart: Apart, world: RealWorld, count: int, every_s: float
) -> tuple[list[RealCaller], list[float]]:
    """Reset the socket so often, a call in each gap: who called, and how long each gap was."""
    loop = asyncio.get_running_loop()
    came, took_s = [], []
    began_s = loop.time()
    async with asyncio.TaskGroup() as tasks:
        for n in range(count):
            await asyncio.sleep(began_s + n * every_s - loop.time())
            caller, back_s = await a_call_in_the_gap(apart, world)
            tasks.create_task(hears_and_leaves(caller))
            came.append(caller)
            took_s.append(back_s)
    return came, took_s


async def talks_end(pairs: list[Pair]) -> None:
    """The customer hangs up, and her agent is let go at once."""
    for pair in pairs:
        pair.caller.hang_up()
    for pair in pairs:
        await pair.agent.is_let_go(SETUP_S_MAX)


@pytest.mark.parametrize("form", [SHORT, pytest.param(FULL, marks=pytest.mark.slow)])
async def test_resets_harm_nobody(apart: Apart, form: tuple[int, int, int, int, float]) -> None:
    talking, queueing, choosing, resets, every_s = form
    async with apart.world() as world:
        await resting_agent(world)
        pairs = await talking_pairs(world, talking)
        waiting = await waiting_callers(world, queueing)
        menu = await callers_in_the_menu(world, choosing)
        async with listening(pairs) as talks:
            came, took_s = await resets_s(apart, world, resets, every_s)
            tell(await talks.were_whole())
        tell(f"connected again after {[round(one, 2) for one in took_s]} s")
        callers = [*(pair.caller for pair in pairs), *waiting, *menu]
        assert [one.call.ending for one in callers[: talking + queueing]] == [None] * (
            talking + queueing
        )
        await talks_end(pairs)
        for caller in [*waiting, *menu]:
            caller.hang_up()
        rows = await apart.rows(numbers([*callers, *came]))
        outcomes = [row["outcome"] for row in rows]
        assert outcomes[:talking] == ["answered"] * talking
        assert set(outcomes[talking : talking + queueing]) == {"abandoned_waiting"}
        assert set(outcomes[-resets:]) == {"abandoned_waiting"}
        assert max(took_s) <= BACK_S_MAX


async def test_a_black_hole_is_seen_and_healed(apart: Apart) -> None:
    async with apart.world() as world:
        pairs = await talking_pairs(world, 1)
        async with listening(pairs) as talks:
            apart.to_asterisk.black_hole()
            seen_s = await apart.not_ready(within_s=SEEN_S_MAX + 2)
            apart.to_asterisk.heal()
            healed_s = await apart.ready(within_s=HEALED_S_MAX)
            tell(await talks.were_whole())
        tell(f"a black hole was seen after {seen_s:.2f} s, healed after {healed_s:.2f} s")
        await talks_end(pairs)
        rows = await apart.rows(numbers(pair.caller for pair in pairs))
        assert rows[0]["outcome"] == "answered"
        assert seen_s <= SEEN_S_MAX
        assert healed_s <= HEALED_S_MAX
