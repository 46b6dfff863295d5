"""A talk is recorded beside it: pauses, restarts, and faults that no caller notices."""

import pytest

from ccbot.core.ids import CallId
from ccbot.core.records.rows import RecordingStatus
from tests.core.story import replace_group
from tests.sim.fake_recordings import Take
from tests.sim.loop import Sim, simulate
from tests.sim.parties import SimCaller
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.steps import talking
from tests.world.world import LIVE_ENTRY, TAPED_ENTRY, AgentPhone

PAUSE_S_MAX = 180.0


async def in_a_talk(world: SimWorld) -> tuple[SimCaller, AgentPhone]:
    caller, agent = await talking(world, await world.agent("1901"))
    assert isinstance(caller, SimCaller)
    return caller, agent


async def status(world: SimWorld, caller: SimCaller) -> RecordingStatus:
    await world.row(caller)
    return world.journal.record(call_of(world, caller)).recording_status


def call_of(world: SimWorld, caller: SimCaller) -> CallId:
    call = world.journal.call_of_leg(caller.leg)
    assert call is not None
    return call


def takes(world: SimWorld) -> list[Take]:
    return sorted(world.asterisk.takes.values())


def lengths_s(world: SimWorld) -> list[float]:
    return [round(take.length_s, 1) for take in takes(world)]


def running(world: SimWorld) -> int:
    return len(world.asterisk.recordings)


def test_a_talk_is_recorded_from_its_beginning_to_its_end() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            caller, _ = await in_a_talk(world)
            await world.passes(30)
            caller.hang_up()
            assert await status(world, caller) == "complete"
            await world.settled()
            assert lengths_s(world) == pytest.approx([30], abs=0.3)

    simulate(1, story)


def test_nothing_is_recorded_in_a_pause_and_both_are_told() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            caller, agent = await in_a_talk(world)
            await world.passes(10)
            agent.press("*8")
            await caller.hears("record.pause", 1)
            assert running(world) == 0
            await world.passes(20)
            agent.press("*8")
            await agent.hears("record.resume", 1)
            await world.passes(0.2)
            assert running(world) == 1
            await world.passes(30)
            caller.hang_up()
            assert await status(world, caller) == "partial"
            await world.settled()
            assert lengths_s(world) == pytest.approx([10, 30], abs=0.5)

    simulate(1, story)


def test_a_pause_survives_a_restart_and_ends_by_itself() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            caller, agent = await in_a_talk(world)
            await world.passes(6)
            agent.press("*8")
            await caller.hears("record.pause", 1)
            async with world.ccbot_away():
                await world.passes(5)
            await world.passes(5)
            assert running(world) == 0
            await world.passes(PAUSE_S_MAX - 11)
            assert running(world) == 0
            await caller.hears("record.resume", 2)
            await world.passes(0.2)
            assert running(world) == 1
            caller.hang_up()
            assert await status(world, caller) == "partial"

    simulate(1, story)


def test_a_pause_that_was_pressed_just_before_a_crash_holds_after_it() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            caller, agent = await in_a_talk(world)
            await world.passes(6)
            world.asterisk.refused = lambda method, path: (
                503 if method == "DELETE" and "ccbot-tape" in path else 0
            )
            agent.press("*8")
            await world.passes(2)
            assert world.centre.desk.floor.calls[call_of(world, caller)].recording.paused
            async with world.ccbot_away():
                assert running(world) == 1
                world.asterisk.refused = lambda method, path: 0
            await world.passes(1)
            assert running(world) == 0
            caller.hang_up()
            await world.row(caller)

    simulate(1, story)


def test_a_recording_goes_on_while_ccbot_is_away() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            caller, _ = await in_a_talk(world)
            await world.passes(10)
            async with world.ccbot_away():
                await world.passes(10)
            await world.passes(10)
            caller.hang_up()
            assert await status(world, caller) == "complete"
            await world.settled()
            assert lengths_s(world) == pytest.approx([30], abs=0.5)

    simulate(1, story)


def test_a_recording_that_was_lost_while_ccbot_was_away_begins_again() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            caller, _ = await in_a_talk(world)
            await world.passes(10)
            async with world.ccbot_away():
                [snoop] = caller.line.channel.snoops if caller.line.channel else []
                snoop.end(16)
                await world.passes(5)
            await world.passes(10)
            caller.hang_up()
            assert await status(world, caller) == "partial"
            await world.settled()
            assert lengths_s(world) == pytest.approx([10, 10], abs=0.5)

    simulate(1, story)


def test_a_recording_that_ends_by_itself_begins_again() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            caller, _ = await in_a_talk(world)
            await world.passes(10)
            [recording] = world.asterisk.recordings.values()
            recording.stop()
            await world.passes(11)
            caller.hang_up()
            assert await status(world, caller) == "partial"
            await world.settled()
            assert lengths_s(world) == pytest.approx([10, 10], abs=0.5)

    simulate(1, story)


def test_a_recorder_that_is_broken_disturbs_nobody() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            world.asterisk.refused = lambda _, path: 500 if "/snoop/" in path else 0
            caller, _ = await talking(world, agent)
            assert isinstance(caller, SimCaller)
            await world.passes(20)
            caller.hang_up()
            await agent.is_let_go(1)
            assert await status(world, caller) == "failed"

    simulate(1, story)


def test_a_disk_without_room_is_not_written_to() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            world.centre.recorders.room_for_more = lambda: False
            caller, _ = await in_a_talk(world)
            await world.passes(5)
            caller.hang_up()
            assert await status(world, caller) == "failed"
            assert takes(world) == []

    simulate(1, story)


def test_a_disk_that_fills_up_ends_recordings_and_no_call() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            caller, _ = await in_a_talk(world)
            await world.passes(10)
            world.centre.recorders.room_for_more = lambda: False
            world.centre.recorders.look_at_the_disk()
            await world.passes(10)
            assert running(world) == 0
            caller.hang_up()
            assert await status(world, caller) == "partial"
            await world.settled()
            assert lengths_s(world) == pytest.approx([10], abs=0.3)

    simulate(1, story)


def test_who_was_not_told_hears_it_before_she_meets_the_agent() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent = await world.agent("1901", ("taped",))
            caller = await world.caller(TAPED_ENTRY)
            await agent.rings(4)
            await agent.answers()
            await caller.hears("notice.recording", 1)
            assert running(world) == 0
            await caller.hears_agent(6)
            await world.passes(0.5)
            assert running(world) == 2
            caller.hang_up()
            assert await status(world, caller) == "complete"

    simulate(1, story)


def test_who_comes_to_a_recorded_group_in_the_midst_of_a_talk_is_told_first() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent = await world.agent("1901", ("live",))
            caller = await world.caller(LIVE_ENTRY)
            await agent.rings(4)
            await agent.answers()
            await caller.hears_agent(2)
            await world.passes(5)
            assert running(world) == 0
            await world.publishes(lambda now: replace_group(now, "live", recording="mixed"))
            await caller.hears("notice.recording", 1)
            assert running(world) == 0
            await world.passes(5)
            assert running(world) == 1
            await world.passes(10)
            caller.hang_up()
            assert isinstance(caller, SimCaller)
            assert await status(world, caller) == "complete"

    simulate(1, story)


def test_where_nothing_is_recorded_nothing_can_be_paused() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent = await world.agent("1901", ("quick",))
            caller = await world.caller("10098")
            await world.passes(8)
            caller.press("1")
            await agent.rings(3)
            await agent.answers()
            await caller.hears("greet.neutral", 1)
            agent.press("*8")
            await agent.hears("agent.refused", 1)
            caller.hang_up()
            assert isinstance(caller, SimCaller)
            assert await status(world, caller) == "off"

    simulate(1, story)
