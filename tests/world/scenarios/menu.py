"""The menu: keys, wrong keys, silence; no dead end."""

from tests.world.steps import GREETING_S_MAX, at_the_menu
from tests.world.world import AgentPhone, Caller, World


async def _comes_to(world: World, caller: Caller, agent: AgentPhone, group: str) -> None:
    await agent.rings(world.patience(1))
    caller.hang_up()
    await agent.stops_ringing(world.patience(1))
    row = await world.row(caller)
    assert (row.entry_group, row.outcome) == (group, "abandoned_ringing")


async def key_one_leads_to_service(world: World) -> None:
    agent = await world.agent("1001", ("service",))
    caller = await at_the_menu(world)
    caller.press("1")
    await _comes_to(world, caller, agent, "service")


async def key_two_leads_to_the_technicians(world: World) -> None:
    await world.agent("1001", ("service", "marketing"))
    agent = await world.agent("2001", ("tech",))
    caller = await at_the_menu(world)
    caller.press("2")
    await _comes_to(world, caller, agent, "tech")


async def key_three_leads_to_marketing(world: World) -> None:
    agent = await world.agent("3001", ("tech", "marketing"))
    caller = await at_the_menu(world)
    caller.press("3")
    await _comes_to(world, caller, agent, "marketing")


async def zero_leads_to_the_operator(world: World) -> None:
    agent = await world.agent("1001", ("service",))
    caller = await at_the_menu(world)
    caller.press("0")
    await caller.hears("menu.default", world.patience(1))
    await world.passes(3.4)
    await _comes_to(world, caller, agent, "service")


async def a_star_says_the_menu_again(world: World) -> None:
    agent = await world.agent("2001", ("tech",))
    caller = await at_the_menu(world)
    await world.passes(1)
    caller.press("*")
    await caller.hears("menu.main", world.patience(1))
    caller.press("2")
    await _comes_to(world, caller, agent, "tech")


async def a_key_during_the_greeting_is_kept_for_the_menu(world: World) -> None:
    agent = await world.agent("2001", ("tech",))
    caller = await world.caller()
    await caller.hears("notice.recording", world.patience(1))
    caller.press("2")
    await agent.rings(GREETING_S_MAX)
    assert caller.heard("welcome.main")
    assert not caller.heard("menu.main")
    caller.hang_up()
    await agent.stops_ringing(world.patience(1))

    assert (await world.row(caller)).entry_group == "tech"


async def a_key_stops_the_menu_at_once(world: World) -> None:
    caller = await at_the_menu(world)
    await world.passes(2)
    caller.press("9")
    await caller.hears("menu.invalid", world.patience(1))
    caller.hang_up()

    assert (await world.row(caller)).outcome == "abandoned_menu"


async def three_wrong_keys_lead_to_the_default_group(world: World) -> None:
    agent = await world.agent("1001")
    caller = await at_the_menu(world)
    caller.press("7")
    await caller.hears("menu.invalid", world.patience(1))
    await caller.hears("menu.main", world.patience(4))
    caller.press("8")
    await caller.hears("menu.invalid", world.patience(1))
    await caller.hears("menu.main", world.patience(4))
    caller.press("9")
    await caller.hears("menu.default", world.patience(1))
    await world.passes(3.4)
    await _comes_to(world, caller, agent, "service")


async def silence_leads_to_the_default_group(world: World) -> None:
    agent = await world.agent("1001")
    caller = await at_the_menu(world)
    for _ in range(2):
        await caller.hears("menu.noinput", world.patience(17))
        await caller.hears("menu.main", world.patience(5))
    await caller.hears("menu.default", world.patience(17))
    await world.passes(3.4)
    await _comes_to(world, caller, agent, "service")
