"""An agent speaks his greeting himself (``*76``), and goes back to the system's (``*760``)."""

from tests.world.steps import ringing
from tests.world.world import AgentPhone, World

RECORD_S = 6.0
"""The sentence that asks for the greeting, and the beep."""


async def an_agent_records_his_greeting_hears_it_and_keeps_it(world: World) -> None:
    agent = await world.agent("1905")
    await _speaks(world, agent, 3)
    agent.press("#")
    await agent.hears_himself(world.patience(1))
    await agent.hears("agent.greeting_choose", world.patience(6))
    agent.press("1")
    await agent.hears("agent.greeting_kept", world.patience(1))
    await agent.is_let_go(world.patience(4))

    kept_s = world.own_greeting_s("1905")

    assert kept_s is not None
    assert 2.5 < kept_s < 4.5  # what he said, not the silence around it

    await agent.dials("*760", "agent.greeting_dropped")

    assert world.own_greeting_s("1905") is None


async def he_may_hear_it_again_and_record_it_again(world: World) -> None:
    agent = await world.agent("1905")
    await _speaks(world, agent, 2)
    agent.press("#")
    await agent.hears_himself(world.patience(1))
    await agent.hears("agent.greeting_choose", world.patience(5))
    agent.press("3")
    await agent.hears_himself(world.patience(1))
    agent.press("2")
    await agent.hears("agent.greeting_record", world.patience(1))
    await world.passes(RECORD_S)
    agent.says(2)
    await agent.hears_himself(world.patience(8))  # three seconds of silence end it, too
    await world.passes(0.5)
    agent.press("*")
    await agent.hears("agent.greeting_unchanged", world.patience(1))
    await agent.is_let_go(world.patience(4))

    assert world.own_greeting_s("1905") is None


async def a_greeting_that_nobody_would_hear_is_refused(world: World) -> None:
    agent = await world.agent("1905")
    await _speaks(world, agent, 0.5)
    await agent.hears("agent.greeting_bad", world.patience(5))
    await agent.hears("agent.greeting_record", world.patience(6))
    await agent.hangs_up()

    assert world.own_greeting_s("1905") is None


async def hanging_up_on_the_recorder_leaves_the_agent_ready(world: World) -> None:
    agent = await world.agent("1905")
    await _speaks(world, agent, 5)
    await agent.hangs_up()
    await world.settled()
    await world.passes(0.5)
    caller = await ringing(world, agent)
    caller.hang_up()
    await agent.stops_ringing(world.patience(1))

    assert world.own_greeting_s("1905") is None


async def _speaks(world: World, agent: AgentPhone, seconds: float) -> None:
    """He dials the code, hears what to do, and has spoken."""
    await agent.starts("*76")
    await agent.hears("agent.greeting_record", world.patience(1))
    await world.passes(RECORD_S)
    agent.says(seconds)
    await world.passes(seconds + 0.2)
