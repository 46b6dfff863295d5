"""A request whose answer is lost throws nobody out of the centre and leaves nothing behind."""

import math
import re

import pytest

from tests.sim.delays import FRAME_S, Delays
from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import sim_world
from tests.world.steps import ringing, talking
from tests.world.world import Row

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


@pytest.mark.parametrize("who", ["customer", "agent"])
def test_row_is_there_in_time_though_asterisk_answers_nothing_any_more(who: str) -> None:
    async def story(sim: Sim) -> float:
        async with sim_world(sim) as world:
            world.was_away = True
            agent = await world.agent("1901")
            caller, _ = await talking(world, agent)
            await world.passes(3)
            world.asterisk.swallowed = lambda method, _: method == "DELETE"
            if who == "agent":
                await agent.hangs_up()
                await world.passes(0.1)
            caller.hang_up()
            left_at_s = sim.loop.time()
            await world.row(caller)
            return sim.loop.time() - left_at_s

    assert simulate(1, story) < 1.7  # the writer has the rest of two seconds


@pytest.mark.parametrize("told", [True, False], ids=["", "and no event either"])
def test_hang_up_of_ours_that_is_not_answered_holds_no_row_back(told: bool) -> None:
    """The channel's own end tells it at once, else half a second is enough."""

    async def story(sim: Sim) -> float:
        async with sim_world(sim) as world:
            world.was_away = True
            agent = await world.agent("1901")
            caller, _ = await talking(world, agent)
            await world.passes(3)
            await agent.hangs_up()
            await caller.hears("bye", 1)
            world.asterisk.swallowed = lambda method, _: method == "DELETE"
            if not told:
                world.asterisk.feed.lost = {"StasisEnd", "ChannelHangupRequest"}
            await caller.is_let_go(5)
            left_at_s = sim.loop.time()
            row = await world.row(caller)
            world.asterisk.feed.lost = set()
            assert (row.outcome, row.hung_up_by) == ("answered", "agent")
            return sim.loop.time() - left_at_s

    assert simulate(1, story) < (0.1 if told else 0.6)


class Gathered(Delays):
    """Events arrive together, every tenth of a second: whole bursts in one turn of the loop."""

    def __init__(self, sim: Sim) -> None:
        self._sim = sim

    def event_s(self) -> float:
        now_s = self._sim.loop.time()
        return math.floor(now_s * 10 + 1) / 10 - now_s


async def _both_hang_up(
    sim: Sim, *, talked_s: float, customer_after_s: float, restarted: bool = False
) -> Row:
    """The row of a talk of which both ends are learnt in one turn."""
    async with sim_world(sim, delays=Gathered(sim)) as world:
        agent = await world.agent("1901")
        caller = await ringing(world, agent)
        await agent.answers()
        await caller.hears("greet.neutral", 1)
        await world.passes(talked_s)
        if restarted:
            async with world.ccbot_away():
                await world.passes(0.5)
            await world.passes(1)
        tick_s = math.ceil(sim.loop.time() * 10) / 10
        await world.passes(tick_s - sim.loop.time() + 0.01)
        phones = [world.agents["1901"].phone, world.callers[0].line]
        for phone in phones if customer_after_s >= 0 else reversed(phones):
            phone.hang_up()
            await world.passes(abs(customer_after_s))
        return await world.row(caller)


BOTH = [(-0.02, "caller"), (-0.002, "caller"), (0, "agent"), (0.002, "agent"), (0.02, "agent")]


@pytest.mark.parametrize("restarted", [False, True], ids=["", "taken up"])
@pytest.mark.parametrize(("after_s", "by"), BOTH)
def test_asterisks_clock_says_who_ended_a_talk_when_both_are_learnt_to_have_left(
    after_s: float, by: str, restarted: bool
) -> None:
    async def story(sim: Sim) -> Row:
        return await _both_hang_up(sim, talked_s=5, customer_after_s=after_s, restarted=restarted)

    row = simulate(1, story)

    assert (row.outcome, row.hung_up_by) == ("answered", by)


@pytest.mark.parametrize(("after_s", "by"), BOTH)
def test_agent_who_slipped_before_the_customer_left_had_no_talk(after_s: float, by: str) -> None:
    async def story(sim: Sim) -> Row:
        return await _both_hang_up(sim, talked_s=0.3, customer_after_s=after_s)

    row = simulate(1, story)

    outcome = "abandoned_waiting" if by == "agent" else "answered"
    assert (row.outcome, row.hung_up_by) == (outcome, "caller")


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
