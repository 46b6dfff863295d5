"""A request in a talk that Asterisk refuses for a moment throws nobody out of it."""

import re

import pytest

from ccbot.core.facts import Role
from ccbot.core.kinds import Outcome
from tests.sim.delays import ChanceDelays
from tests.sim.loop import Sim, simulate
from tests.sim.parties import SimAgent
from tests.sim.people import TALKATIVE, a_day
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.steps import talking
from tests.world.world import Row

GREETED_S = 5.0
TURN_S = 2.0
"""What a key does takes no longer, nor does trying again."""

GIVEN_UP = re.compile(r"GET .*|.*tape.*|POST (/channels/create|/channels/.*/dial|/bridges/[^/]*)")
"""What these were to begin is given up, and that is told: a transfer, a supervisor's part."""


SPARED = re.compile(r"GET .*|.*(tape|/create|/dial|/config|/applications).*|DELETE /channels/[^/]*")
REFUSED_SHARE = 0.01


async def _handed_on(world: SimWorld) -> None:
    """Held, consulted about, all three together, with a supervisor beside them, and handed on."""
    agent = world.agents["1901"]
    for code in ("*1", "*1", "*4"):
        await _presses(world, agent, code)
    boss = world.agents["8001"]
    await boss.starts("*751901")
    for key in ("", "2", "3"):
        boss.press(key)
        await world.passes(TURN_S)
    await _presses(world, agent, "*31902#")
    if world.agents["1902"].phone.is_ringing:
        await world.agents["1902"].answers()
    await world.passes(5)
    for code in ("*1", "*1", "*5", "*4"):
        await _presses(world, agent, code)


async def _presses(world: SimWorld, agent: SimAgent, code: str) -> None:
    agent.press(code)
    await world.passes(TURN_S)


def _row(status: int, which: int) -> tuple[Row, str]:
    """The row of her call if this one of its requests is refused, and that request."""
    hit: list[str] = []

    async def story(sim: Sim) -> Row:
        async with sim_world(sim) as world:
            world.was_away = True  # who is brought to her once more is heard a moment later
            agent = await world.agent("1901")
            await world.agent("1902", ("tech",))
            await world.agent("8001", (), signed_in=False, role=Role.SUPERVISOR, leads=("service",))
            caller, _ = await talking(world, agent)
            await world.passes(GREETED_S)
            asked: list[str] = []

            def refused(method: str, path: str) -> int:
                request = f"{method} {path}"
                if GIVEN_UP.fullmatch(request):
                    return 0
                asked.append(request)
                if len(asked) != which:
                    return 0
                hit.append(asked[-1])
                return status

            world.asterisk.refused = refused
            await _handed_on(world)
            world.asterisk.refused = lambda *_: 0
            await caller.hears_agent(TURN_S)
            caller.hang_up()
            return await world.row(caller)

    return simulate(1, story), hit[0] if hit else ""


@pytest.mark.parametrize("status", [500, 503])
def test_any_one_request_of_a_talk_may_be_refused(status: int) -> None:
    which, hit = 0, "none"
    while hit:
        which += 1
        row, hit = _row(status, which)
        assert (row.agents, row.hung_up_by) == (("1901", "1902"), "caller"), hit
        assert row.kinds[-5:] == ("consult", "talk", "consult", "talk", "talk"), hit
    assert which > 30


def test_a_colleague_who_cannot_be_moved_is_moved_as_soon_as_it_is_possible() -> None:
    """Until then he hears the customer, though the sender has changed sides."""

    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            world.everybody_speaks()
            world.was_away = True
            first = await world.agent("1901")
            second = await world.agent("1902", ("tech",))
            caller, _ = await talking(world, first)
            await world.passes(GREETED_S)
            await _presses(world, world.agents["1901"], "*31902#")
            await second.answers()
            await world.passes(5)
            world.asterisk.refused = lambda _, path: 500 * ("ccbot-lobby/add" in path)
            await _presses(world, world.agents["1901"], "*1")
            await caller.hears_only(first, second, within_s=0)
            world.asterisk.refused = lambda *_: 0
            await second.hears_only_music(TURN_S)
            await caller.hears_only(first, within_s=0)
            caller.hang_up()
            assert (await world.row(caller)).hung_up_by == "caller"

    simulate(1, story)


ROOM = re.compile(r"POST /bridges/ccbot-room[^/]*")


@pytest.mark.parametrize("answered", [True, False], ids=["refused", "not answered"])
def test_a_talk_goes_on_after_a_restart_though_its_room_is_refused_once(answered: bool) -> None:
    async def story(sim: Sim) -> int:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            caller, _ = await talking(world, agent)
            await world.passes(GREETED_S)
            hits: list[str] = []

            def once(method: str, path: str) -> bool:
                if not hits and ROOM.fullmatch(f"{method} {path}"):
                    hits.append(path)
                    return True
                return False

            async with world.ccbot_away():
                if answered:
                    world.asterisk.refused = lambda method, path: 500 * once(method, path)
                else:
                    world.asterisk.swallowed = once
            await world.passes(8)
            agent.press("*1")
            await caller.hears_music(1)
            caller.hang_up()
            assert (await world.row(caller)).hung_up_by == "caller"
            return len(hits)

    assert simulate(1, story) == 1


@pytest.mark.parametrize("seed", [1, 2])
def test_on_a_talkative_day_nobody_is_lost_to_a_refusal(seed: int) -> None:
    """Of whatever is asked, beside channels that are to be made, one in a hundred is refused."""

    async def story(sim: Sim) -> SimWorld:
        async with sim_world(sim, delays=ChanceDelays(sim.chance("delays"))) as world:
            world.was_away = True
            chance = sim.chance("refusals")

            def now_and_then(method: str, path: str) -> int:
                request = f"{method} {path}"
                if SPARED.fullmatch(request) or chance.random() >= REFUSED_SHARE:
                    return 0
                return 500

            world.asterisk.refused = now_and_then
            await a_day(world, TALKATIVE)
            world.asterisk.refused = lambda *_: 0
        return world

    journal = simulate(seed, story).journal
    outcomes = {journal.record(one).outcome for one in journal.calls()}
    assert Outcome.ANSWERED in outcomes
    assert Outcome.SYSTEM_ERROR not in outcomes
