"""ccbot dies while a customer speaks on record, a message or a reason: it is kept."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import pytest

from ccbot.core.facts import Fact, MessageLeft, ReasonLeft
from tests.sim.delays import ChanceDelays
from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.steps import at_the_beep, saying_why
from tests.world.world import Caller, Row, World


class Word(NamedTuple):
    """Something that a customer says on record."""

    name: str
    begins: Callable[[World], Awaitable[Caller]]
    thanks: str
    lasts_s_max: float
    kept_as: type[Fact]
    told_of: Callable[[Row], tuple[object, ...]]
    """What her row says of it …"""
    telling: tuple[object, ...]
    """… which must be this."""


MESSAGE = Word(
    "message",
    at_the_beep,
    "vm.saved",
    120,
    MessageLeft,
    lambda row: (row.outcome,),
    ("voicemail",),
)
REASON = Word(
    "reason",
    saying_why,
    "survey.thanks_low",
    60,
    ReasonLeft,
    lambda row: (row.survey_status, row.survey_score),
    ("answered", 1),
)
each_word = pytest.mark.parametrize("word", [MESSAGE, REASON], ids=lambda word: word.name)


async def _recorded_s(word: Word, world: SimWorld, caller: Caller) -> float | None:
    assert word.told_of(await world.row(caller)) == word.telling
    task = await world.follow_up(caller)
    assert task is not None
    return task.recorded_s


@each_word
def test_who_speaks_on_is_heard_to_the_end(word: Word) -> None:
    async def story(sim: Sim) -> float | None:
        async with sim_world(sim) as world:
            caller = await word.begins(world)
            caller.says(8)
            await world.passes(2)
            async with world.ccbot_away():
                await world.passes(2)
            await caller.hears(word.thanks, 12)
            await caller.is_let_go(8)
            return await _recorded_s(word, world, caller)

    recorded_s = simulate(1, story)

    assert recorded_s is not None
    assert 8 <= recorded_s < 12


@each_word
@pytest.mark.parametrize("ends", ["with the key", "by hanging up", "by herself"])
@pytest.mark.parametrize("when", ["while ccbot is away", "after it is back"])
def test_whatever_ends_it_it_is_kept(word: Word, ends: str, when: str) -> None:
    async def story(sim: Sim) -> float | None:
        async with sim_world(sim) as world:
            caller = await word.begins(world)
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
                await caller.hears(word.thanks, 6)
                await caller.is_let_go(8)
            return await _recorded_s(word, world, caller)

    recorded_s = simulate(1, story)

    assert recorded_s is not None
    assert 4 <= recorded_s < 7


def _ends(caller: Caller, how: str) -> None:
    if how == "with the key":
        caller.press("#")
    elif how == "by hanging up":
        caller.hang_up()


@each_word
@pytest.mark.parametrize("seed", range(1, 13))
def test_what_her_hang_up_ends_is_kept_whatever_is_told_first(word: Word, seed: int) -> None:
    async def story(sim: Sim) -> float | None:
        async with sim_world(sim, delays=ChanceDelays(sim.chance("delays"))) as world:
            caller = await word.begins(world)
            caller.says(30)
            await world.passes(4)
            async with world.ccbot_away():
                await world.passes(1)
            await world.passes(2)
            caller.hang_up()
            return await _recorded_s(word, world, caller)

    assert simulate(seed, story) is not None


@each_word
def test_what_is_on_record_is_not_put_there_twice(word: Word) -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            caller = await word.begins(world)
            caller.says(3)
            await world.passes(4)
            caller.press("#")
            await caller.hears(word.thanks, 1)
            async with world.ccbot_away():
                await world.passes(1)
            await caller.is_let_go(10)
            await world.row(caller)
            assert sum(isinstance(one.fact, word.kept_as) for one in world.journal.facts) == 1

    simulate(1, story)


@each_word
def test_recording_that_never_ends_is_stopped(word: Word) -> None:
    """``RecordingFinished`` is lost: the caller must not wait for ever."""

    async def story(sim: Sim) -> float | None:
        async with sim_world(sim) as world:
            world.was_away = True
            caller = await word.begins(world)
            caller.says(600)
            async with world.ccbot_away():
                [recording] = world.asterisk.recordings.values()
                recording._most_s = 10_000
            await caller.hears(word.thanks, word.lasts_s_max + 10)
            await caller.is_let_go(8)
            return await _recorded_s(word, world, caller)

    recorded_s = simulate(1, story)

    assert recorded_s is not None
    assert word.lasts_s_max < recorded_s < word.lasts_s_max + 10


def test_silence_is_no_reason_and_leaves_no_file() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            caller = await saying_why(world)
            async with world.ccbot_away():
                await world.passes(1)
            await caller.hears("bye", 8)
            await caller.is_let_go(8)
            assert await _recorded_s(REASON, world, caller) is None
            assert not world.asterisk.stored

    simulate(1, story)


def test_who_has_said_nothing_of_a_message_yet_is_asked_again() -> None:
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
            return await _recorded_s(MESSAGE, world, caller)

    assert simulate(1, story) is not None


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
