"""The customer may leave at any moment: the row is right, the agent's phone stops."""

from tests.world.steps import (
    abandoned,
    asked_for_satisfaction,
    at_the_menu,
    ringing,
    talking,
    waiting,
)
from tests.world.world import World


async def hanging_up_in_the_greeting(world: World) -> None:
    caller = await world.caller()
    await caller.hears("notice.recording", world.patience(1))
    await world.passes(1)
    caller.hang_up()

    await abandoned(world, caller, "abandoned_menu", "greeting")


async def hanging_up_in_the_menu(world: World) -> None:
    caller = await at_the_menu(world)
    await world.passes(1)
    caller.hang_up()

    await abandoned(world, caller, "abandoned_menu", "greeting", "menu")


async def hanging_up_in_the_queue(world: World) -> None:
    agent = await world.agent("1001")
    await agent.dials("*721", "agent.not_ready")
    caller = await waiting(world)
    await world.passes(1)
    caller.hang_up()

    row = await abandoned(world, caller, "abandoned_waiting", "greeting", "menu", "waiting")

    assert 1000 <= row.wait_ms < row.lasted_ms


async def hanging_up_while_the_phone_rings(world: World) -> None:
    agent = await world.agent("1001")
    caller = await ringing(world, agent)
    await world.passes(1)
    caller.hang_up()
    await agent.stops_ringing(world.patience(1))

    await abandoned(world, caller, "abandoned_ringing", "greeting", "menu", "waiting", "ringing")

    other = await ringing(world, agent)  # and the agent is free for the next one at once
    other.hang_up()
    await agent.stops_ringing(world.patience(1))


async def hanging_up_in_the_talk(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    await world.passes(2)
    caller.hang_up()
    await agent.is_let_go(world.patience(1))

    row = await world.row(caller)

    assert (row.outcome, row.hung_up_by, row.agents) == ("answered", "caller", ("1901",))
    assert row.survey_status == "not_offered_caller_left"
    assert row.kinds == ("greeting", "menu", "waiting", "ringing", "talk")


async def hanging_up_in_the_survey(world: World) -> None:
    caller = await asked_for_satisfaction(world, await world.agent("1901"))
    await world.passes(1)
    caller.hang_up()

    row = await world.row(caller)

    assert (row.outcome, row.survey_status, row.survey_score) == ("answered", "hung_up", None)
    assert row.hung_up_by == "agent"
    assert row.kinds[-1] == "survey"


async def hanging_up_before_a_word_was_heard(world: World) -> None:
    caller = await world.caller()
    caller.hang_up()
    await world.settled()


async def hanging_up_as_the_agent_answers(world: World) -> None:
    agent = await world.agent("1901")
    caller = await ringing(world, agent)
    caller.hang_up()
    await agent.answers()
    await agent.is_let_go(world.patience(1))

    row = await world.row(caller)

    assert row.outcome in {"answered", "abandoned_ringing"}
    assert (row.outcome == "answered") == bool(row.agents)
