"""The hold button of an agent's own phone."""

from tests.world.steps import talking
from tests.world.world import World

GREETED_S = 4.5
"""The greeting is over: Asterisk itself begins with music before we know of the hold."""
HOLD_S = 2.0
BACK_S_MAX = 0.5


async def the_phones_own_hold_gives_music_at_once_and_takes_her_back_at_once(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    await world.passes(GREETED_S)
    await agent.holds()
    await caller.hears_music(world.patience(BACK_S_MAX))
    await world.passes(HOLD_S)
    await agent.unholds()
    await caller.hears_agent(world.patience(BACK_S_MAX))
    await world.passes(1)
    caller.hang_up()
    await agent.is_let_go(world.patience(1))

    row = await world.row(caller)

    assert row.kinds == ("greeting", "menu", "waiting", "ringing", "talk", "hold", "talk")
    assert (row.agents, row.hung_up_by) == (("1901",), "caller")


async def who_leaves_while_the_phone_holds_leaves_nothing_behind(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    await world.passes(GREETED_S)
    await agent.holds()
    await caller.hears_music(world.patience(BACK_S_MAX))
    await world.passes(1)
    caller.hang_up()
    await agent.is_let_go(world.patience(1))

    assert (await world.row(caller)).kinds[-1] == "hold"


async def star_one_and_the_phones_button_do_not_undo_each_other(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    await world.passes(1.5)
    agent.press("*1")
    await caller.hears_music(world.patience(2))
    await agent.holds()
    await world.passes(1)
    await agent.unholds()
    await world.passes(1)
    agent.press("*1")
    await caller.hears_agent(world.patience(2))
    caller.hang_up()

    row = await world.row(caller)

    assert row.kinds == ("greeting", "menu", "waiting", "ringing", "talk", "hold", "talk")
