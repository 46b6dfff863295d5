"""A caller is leaving a message when ccbot dies: her message is not lost."""

import pytest

from ccbot.core.facts import MessageLeft
from tests.sim.delays import ChanceDelays
from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.steps import at_the_beep
from tests.world.world import Caller


async def _message_s(world: SimWorld, caller: Caller) -> float | None:
    assert (await world.row(caller)).outcome == "voicemail"
    task = await world.follow_up(caller)
    assert task is not None
    return task.recorded_s


@pytest.mark.parametrize("ends", ["with the key", "by hanging up", "by herself"])
@pytest.mark.parametrize("when", ["while ccbot is away", "after it is back"])
def test_whatever_ends_her_message_it_is_kept(ends: str, when: str) -> None:
    async def story(sim: Sim) -> float | None:
        async with sim_world(sim) as world:
            caller = await at_the_beep(world)
            caller.says(5 if ends == "by herself" else 30)
            await world.passes(4)
            away_s = 9.0 if ends == "by herself" and when == "while ccbot is away" else 1.0
            async with world.ccbot_away():
                await world.passes(away_s)
                if when == "while ccbot is away":
                    _ends(caller, ends)
            await world.passes(1)
            if when == "after it is back":
                _ends(caller, ends)
            if ends != "by hanging up":
                await caller.hears("vm.saved", 6)
                await caller.is_let_go(8)
            return await _message_s(world, caller)

    recorded_s = simulate(1, story)

    assert recorded_s is not None
    assert 4 <= recorded_s < 7


def _ends(caller: Caller, how: str) -> None:
    if how == "with the key":
        caller.press("#")
    elif how == "by hanging up":
        caller.hang_up()


@pytest.mark.parametrize("seed", range(1, 13))
def test_message_that_her_hang_up_ends_is_kept_whatever_is_told_first(seed: int) -> None:
    async def story(sim: Sim) -> float | None:
        async with sim_world(sim, delays=ChanceDelays(sim.chance("delays"))) as world:
            caller = await at_the_beep(world)
            caller.says(30)
            await world.passes(4)
            async with world.ccbot_away():
                await world.passes(1)
            await world.passes(2)
            caller.hang_up()
            return await _message_s(world, caller)

    assert simulate(seed, story) is not None


def test_who_has_said_nothing_yet_is_asked_again() -> None:
    async def story(sim: Sim) -> float | None:
        async with sim_world(sim) as world:
            caller = await at_the_beep(world)
            async with world.ccbot_away():
                await world.passes(1)
            await caller.hears("vm.prompt", 8)
            await world.passes(1)
            caller.press("1")
            await world.passes(1.2)
            caller.says(3)
            await world.passes(3)
            caller.press("#")
            await caller.hears("vm.saved", 1)
            await caller.is_let_go(8)
            assert len(world.asterisk.stored) == 1
            return await _message_s(world, caller)

    assert simulate(1, story) is not None


def test_message_on_record_is_not_put_there_twice() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            caller = await at_the_beep(world)
            caller.says(3)
            await world.passes(4)
            caller.press("#")
            await caller.hears("vm.saved", 1)
            async with world.ccbot_away():
                await world.passes(1)
            await caller.is_let_go(8)
            await world.row(caller)
            assert sum(isinstance(one.fact, MessageLeft) for one in world.journal.facts) == 1

    simulate(1, story)


def test_recorder_that_fails_is_our_fault_and_is_told() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            world.asterisk.recorder_broken = True
            caller = await at_the_beep(world)
            await caller.hears("vm.failed", 2)
            await caller.is_let_go(8)
            assert (await world.row(caller)).outcome == "system_error"
            assert await world.follow_up(caller) is None

    simulate(1, story)
