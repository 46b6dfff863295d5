"""A phone's transfer button: who may take it, and what comes of it in the simulation."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from ccbot.core.calls import Stage
from ccbot.pbx.refer import ReferFault, refuse
from tests.sim.delays import Delays
from tests.sim.fake_phones import SecondLine
from tests.sim.loop import Sim, simulate
from tests.sim.parties import SimAgent
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.steps import SURVEY_TALK_S, talking
from tests.world.world import Caller

FIT = "22.11.0"


@pytest.mark.parametrize("version", ["22.11.0", "22.11.0-rc1", "Asterisk 22.12.1+dfsg", "22.20.0"])
def test_from_22_11_on_asterisk_is_fit_for_refer(version: str) -> None:
    refuse(version)


@pytest.mark.parametrize(
    "version",
    ["22.10.1", "Asterisk 22.10.1+dfsg+~cs6.17", "22.9.0", "21.12.0", "23.0.0", "GIT", ""],
)
def test_any_other_is_refused_and_the_line_says_why(version: str) -> None:
    with pytest.raises(ReferFault, match=r"CCBOT_REFER=on needs Asterisk 22\.11 .*asterisk#2021"):
        refuse(version)


@pytest.mark.parametrize(("version", "taken"), [("22.10.1", False), ("22.11.0", True)])
def test_phones_may_ask_for_transfers_only_where_asterisk_is_fit_for_it(
    version: str, taken: bool
) -> None:
    async def told(sim: Sim) -> None:
        async with sim_world(sim, refer_on=version) as world:
            await world.agent("1901")
            assert _may_transfer(world) is taken

    simulate(1, told)


def test_after_another_asterisk_is_there_it_is_asked_again() -> None:
    async def told(sim: Sim) -> None:
        async with sim_world(sim, refer_on=FIT) as world:
            await world.agent("1901")
            world.asterisk.version = "22.10.1"
            async with world.ccbot_away():
                pass
            assert not _may_transfer(world)

    simulate(1, told)


ASKED = (202, 100)
"""Taken, and it is being tried."""
GREETED_S = 4.5


@asynccontextmanager
async def referring(sim: Sim) -> AsyncIterator[tuple[SimWorld, SimAgent, Caller]]:
    """Agent 1901 talks, and his phone may ask for transfers; 1902 is ready."""
    async with sim_world(sim, refer_on=FIT) as world:
        agent = await world.agent("1901")
        await world.agent("1902")
        caller, _ = await talking(world, agent)
        await world.passes(GREETED_S)
        yield world, agent, caller


def play(story: Callable[[SimWorld, SimAgent, Caller], Awaitable[None]]) -> None:
    async def told(sim: Sim) -> None:
        async with referring(sim) as (world, agent, caller):
            await story(world, agent, caller)

    simulate(1, told)


def test_a_blind_refer_hands_her_on_to_the_agent_who_was_dialled() -> None:
    async def story(world: SimWorld, agent: SimAgent, caller: Caller) -> None:
        colleague = await world.agent("1902")
        await agent.refers("1902")
        await agent.is_told_of_refer(*ASKED, within_s=2)
        await caller.hears_music(1)
        await colleague.rings(1)
        await colleague.answers()
        await agent.is_told_of_refer(*ASKED, 200, within_s=4)
        await agent.is_let_go(1)
        await caller.hears_agent(6)
        caller.hang_up()
        row = await world.row(caller)
        assert (row.agents, row.hung_up_by) == (("1901", "1902"), "caller")

    play(story)


def test_a_blind_refer_to_a_key_puts_her_at_the_head_of_that_groups_queue() -> None:
    async def story(world: SimWorld, agent: SimAgent, caller: Caller) -> None:
        technician = await world.agent("1903", ("tech",))
        await agent.refers("2")
        await agent.is_let_go(2)
        await technician.rings(2)
        await agent.is_told_of_refer(*ASKED, 200, within_s=1)
        caller.hang_up()
        assert (await world.row(caller)).last_group == "tech"

    play(story)


def test_a_refer_whose_target_declines_brings_her_back_and_the_phone_hears_of_it() -> None:
    async def story(world: SimWorld, agent: SimAgent, caller: Caller) -> None:
        colleague = await world.agent("1902")
        await agent.refers("sip:1902@127.0.0.1")
        await colleague.rings(2)
        await colleague.declines()
        await agent.is_told_of_refer(*ASKED, 503, within_s=2)
        await caller.hears("transfer.failed", 2)
        caller.hang_up()
        assert (await world.row(caller)).agents == ("1901",)

    play(story)


@pytest.mark.parametrize("target", ["1999", "13800138000", "nobody", "*71", ""])
def test_a_refer_to_nobody_is_declined_and_the_talk_goes_on(target: str) -> None:
    async def story(world: SimWorld, agent: SimAgent, caller: Caller) -> None:
        await agent.refers(target)
        await agent.is_told_of_refer(*ASKED, 603, within_s=4)
        await caller.hears_agent(1)
        assert [one.stage for one in world.centre.desk.floor.calls.values()] == [Stage.TALK]
        caller.hang_up()

    play(story)


class Late(Delays):
    """Events are late: what they tell of is over by then."""

    def event_s(self) -> float:
        return 0.05


def test_who_asks_in_vain_and_hangs_up_at_once_leaves_her_as_ever() -> None:
    async def told(sim: Sim) -> None:
        async with sim_world(sim, delays=Late(), refer_on=FIT) as world:
            agent = await world.agent("1901")
            caller, _ = await talking(world, agent)
            await world.passes(SURVEY_TALK_S)
            await agent.refers("1999")
            await world.passes(0.02)
            await agent.hangs_up()
            await caller.hears("survey.csat3", 1)
            caller.hang_up()
            assert (await world.row(caller)).hung_up_by == "agent"

    simulate(1, told)


def test_an_attended_refer_is_declined_and_the_talk_goes_on() -> None:
    async def story(world: SimWorld, agent: SimAgent, caller: Caller) -> None:
        second = SecondLine(agent.phone)
        second.dial("*72")
        await world.passes(1)
        agent.phone.refer("1902", second)
        await agent.is_told_of_refer(*ASKED, 603, within_s=2)
        await caller.hears_agent(1)
        caller.hang_up()

    play(story)


def test_a_refer_in_a_call_to_a_code_is_declined() -> None:
    async def told(sim: Sim) -> None:
        async with sim_world(sim, refer_on=FIT) as world:
            agent = await world.agent("1901")
            await agent.starts("*72")
            await world.passes(1)
            await agent.refers("1902")
            await agent.is_told_of_refer(202, 603, within_s=2)

    simulate(1, told)


def _may_transfer(world: SimWorld) -> bool:
    account = world.asterisk.accounts["endpoint", "p-1901"]
    if account["allow_transfer"] == "no":
        return False
    assert account["set_var"] == "PJSIP_TRANSFER_HANDLING()=ari-only"
    return True
