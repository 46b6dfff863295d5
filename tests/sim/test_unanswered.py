"""A request whose answer is lost throws nobody out of the centre and leaves nothing behind."""

import re

import pytest

from tests.sim.delays import FRAME_S
from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import sim_world
from tests.world.steps import talking

REQUESTS = {
    "answer": r"POST /channels/[^/]+/answer",
    "play": r"POST /channels/[^/]+/play",
    "lobby": r"POST /bridges/ccbot-lobby/addChannel",
    "create room": r"POST /bridges/ccbot-room",
    "join": r"POST /bridges/ccbot-room[^/]*/addChannel",
    "music": r"(POST|DELETE) /channels/[^/]+/moh",
    "ring": r"POST /channels/create|POST /channels(/ccbot[^/]*)?$",
    "hang-up": r"DELETE /channels/[^/]+$",
}


@pytest.mark.parametrize("pattern", REQUESTS.values(), ids=REQUESTS)
def test_one_lost_answer_leaves_nothing_behind(pattern: str) -> None:
    """The checks at the end of the world do the asserting: one ending, nothing left, no misery."""

    async def story(sim: Sim) -> list[str]:
        async with sim_world(sim) as world:
            world.was_away = True  # five seconds without an answer may be heard
            lost: list[str] = []

            def swallowed(method: str, path: str) -> bool:
                hit = not lost and re.search(pattern, f"{method} {path}") is not None
                lost.extend([f"{method} {path}"] if hit else [])
                return hit

            await world.agent("1901")
            world.asterisk.swallowed = swallowed
            caller = await world.caller()
            for _ in range(60):
                caller.press("1")
                await world.passes(1)
                if world.agents["1901"].phone.is_ringing:
                    await world.agents["1901"].answers()
            caller.hang_up()
            await world.passes(5)  # the lost answer may be that of the clean-up
            row = await world.row(caller)
            assert row.outcome in {"answered", "abandoned_ringing", "abandoned_waiting"}, row
            await world.settled()
        return lost

    assert len(simulate(1, story)) == 1


@pytest.mark.parametrize("first", ["caller", "agent"])
def test_whoever_hung_up_first_is_on_record(first: str) -> None:
    async def story(sim: Sim) -> str:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            caller, _ = await talking(world, agent)
            await world.passes(3)
            if first == "caller":
                caller.hang_up()
                await world.passes(FRAME_S)
            await agent.hangs_up()
            await world.passes(FRAME_S)
            caller.hang_up()
            return (await world.row(caller)).hung_up_by

    assert simulate(1, story) == first


def test_process_that_is_stopped_touches_no_channel_and_no_bridge() -> None:
    async def story(sim: Sim) -> list[str]:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            caller, _ = await talking(world, agent)
            await world.agent("1902")
            async with world.ccbot_away():
                sent = len(world.asterisk.requests)
                await world.passes(10)
                after = world.asterisk.requests[sent:]
                assert world.agents["1901"].phone.channel is not None
            caller.hang_up()
            return after

    assert [one for one in simulate(1, story) if "/channels" in one or "/bridges" in one] == []
