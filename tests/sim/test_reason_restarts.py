"""A customer is saying why she is dissatisfied when ccbot dies: her word is not lost."""

import pytest

from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.steps import saying_why
from tests.world.world import Caller


async def _recorded_s(world: SimWorld, caller: Caller) -> float | None:
    row = await world.row(caller)
    assert (row.survey_status, row.survey_score) == ("answered", 1)
    task = await world.follow_up(caller)
    assert task is not None
    return task.recorded_s


def test_who_speaks_on_is_heard_to_the_end() -> None:
    async def story(sim: Sim) -> float | None:
        async with sim_world(sim) as world:
            caller = await saying_why(world)
            caller.says(8)
            await world.passes(2)
            async with world.ccbot_away():
                await world.passes(2)
            await caller.hears("survey.thanks_low", 12)
            await caller.is_let_go(8)
            return await _recorded_s(world, caller)

    recorded_s = simulate(1, story)

    assert recorded_s is not None
    assert 8 <= recorded_s < 12


@pytest.mark.parametrize("ends", ["by herself", "with the key", "by hanging up"])
@pytest.mark.parametrize("when", ["while ccbot is away", "after it is back"])
def test_whatever_ends_her_word_it_is_kept(ends: str, when: str) -> None:
    async def story(sim: Sim) -> float | None:
        async with sim_world(sim) as world:
            caller = await saying_why(world)
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
                await caller.hears("survey.thanks_low", 6)
                await caller.is_let_go(8)
            return await _recorded_s(world, caller)

    recorded_s = simulate(1, story)

    assert recorded_s is not None
    assert 4 <= recorded_s < 7


def _ends(caller: Caller, how: str) -> None:
    if how == "with the key":
        caller.press("#")
    elif how == "by hanging up":
        caller.hang_up()


def test_silence_is_no_reason_and_leaves_no_file() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            caller = await saying_why(world)
            async with world.ccbot_away():
                await world.passes(1)
            await caller.hears("bye", 8)
            await caller.is_let_go(8)
            assert await _recorded_s(world, caller) is None
            assert not world.asterisk.stored

    simulate(1, story)


def test_word_on_record_is_not_put_there_twice() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            caller = await saying_why(world)
            caller.says(3)
            await world.passes(4)
            caller.press("#")
            await caller.hears("survey.thanks_low", 1)
            async with world.ccbot_away():
                await world.passes(1)
            await caller.hears("survey.thanks_low", 2)
            await caller.is_let_go(8)
            await world.row(caller)
            left = [one for one in world.journal.facts if type(one.fact).__name__ == "ReasonLeft"]
            assert len(left) == 1

    simulate(1, story)


def test_recording_that_never_ends_is_stopped() -> None:
    """``RecordingFinished`` is lost: the caller must not wait for ever."""

    async def story(sim: Sim) -> float | None:
        async with sim_world(sim) as world:
            world.was_away = True
            caller = await saying_why(world)
            caller.says(600)
            async with world.ccbot_away():
                [recording] = world.asterisk.recordings.values()
                recording._most_s = 10_000
            await caller.hears("survey.thanks_low", 70)
            await caller.is_let_go(8)
            return await _recorded_s(world, caller)

    recorded_s = simulate(1, story)

    assert recorded_s is not None
    assert 60 < recorded_s < 70
