"""Agents at their phones: the feature codes."""

from tests.world.steps import in_the_queue, talking, waiting
from tests.world.world import World


async def an_agent_signs_in_rests_comes_back_and_signs_out(world: World) -> None:
    agent = await world.agent("1901", signed_in=False)
    await agent.dials("*71", "agent.signed_in")
    await agent.dials("*723", "agent.not_ready")
    await agent.dials("*71", "agent.signed_in")
    await agent.dials("*73", "agent.signed_out")
    await agent.dials("*73", "agent.refused")
    await agent.dials("*74", "agent.refused")


async def a_bare_not_ready_asks_for_the_reason(world: World) -> None:
    agent = await world.agent("1901")
    await agent.asks("*72", "agent.ask_reason", "2", "agent.not_ready")
    await agent.asks("*72", "agent.ask_reason", "9", "agent.unknown_code")


async def silence_is_a_reason_too(world: World) -> None:
    agent = await world.agent("1901")
    await agent.asks("*72", "agent.ask_reason", "", "agent.not_ready")


async def an_agents_phone_reaches_nothing_but_its_codes(world: World) -> None:
    agent = await world.agent("1901")
    for number in ("10000", "13800138000", "*99", "*79", "*727", "1902"):
        await agent.is_refused(number)


async def nobody_is_rung_in_his_wrap_up_until_he_ends_it(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    other = await waiting(world)
    caller.hang_up()
    await agent.is_let_go(world.patience(1))
    await agent.stays_quiet(2)
    await agent.dials("*74", "agent.wrap_up_ended")
    await agent.rings(world.patience(1))
    other.hang_up()
    await agent.stops_ringing(world.patience(1))


async def who_signs_out_after_a_talk_is_rung_no_more(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    caller.hang_up()
    await agent.is_let_go(world.patience(1))
    await agent.dials("*73", "agent.signed_out")
    other = await in_the_queue(world)
    await other.hears("queue.noagents", world.patience(1))
    other.hang_up()


async def a_code_may_be_hung_up_on(world: World) -> None:
    agent = await world.agent("1901")
    await agent.dials("*721", "agent.not_ready")
    await agent.dials("*71", "agent.signed_in")
    caller = await in_the_queue(world)
    await agent.rings(world.patience(1))
    caller.hang_up()
    await agent.stops_ringing(world.patience(1))
