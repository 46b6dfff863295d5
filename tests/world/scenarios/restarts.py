"""ccbot dies and comes back: callers and agents notice as little as can be."""

from tests.world.steps import (
    SURVEY_TALK_S,
    asked_for_satisfaction,
    at_the_menu,
    ringing,
    saying_why,
    talking,
    waiting,
)
from tests.world.world import Caller, World

BACK_S = 5.0
"""Menus speak again so soon after ccbot came back."""


async def a_talk_goes_on_and_ends_as_ever(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    async with world.ccbot_away():
        await world.passes(SURVEY_TALK_S)
        await caller.hears_agent(world.patience(6))
    await world.passes(1)
    await agent.hangs_up()
    await caller.hears("survey.csat3", world.patience(1))
    caller.press("1")
    await caller.is_let_go(world.patience(7))

    row = await world.row(caller)

    assert (row.outcome, row.hung_up_by, row.agents) == ("answered", "agent", ("1901",))
    assert (row.survey_score, row.degraded) == (5, False)
    assert row.kinds == ("greeting", "menu", "waiting", "ringing", "talk", "survey")


async def an_agents_keys_work_in_a_talk_that_was_taken_up(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    async with world.ccbot_away():
        await world.passes(SURVEY_TALK_S)
    await world.passes(1)
    agent.press("*7")
    await caller.hears("survey.csat3", world.patience(2))
    caller.hang_up()

    assert (await world.row(caller)).survey_status == "hung_up"


async def waiting_callers_keep_their_places_and_the_time_they_waited(world: World) -> None:
    agent = await world.agent("1901")
    await agent.dials("*721", "agent.not_ready")
    first = await waiting(world)
    second = await waiting(world)
    async with world.ccbot_away():
        await world.passes(2)
    await agent.dials("*71", "agent.signed_in")
    await agent.rings(world.patience(1))
    await agent.answers()
    await first.hears("greet.neutral", world.patience(1))
    second.hang_up()
    first.hang_up()

    row = await world.row(first)

    assert (row.outcome, row.degraded) == ("answered", False)
    assert row.wait_ms >= 4_000
    assert row.kinds.count("greeting") == 1


async def the_menu_speaks_again(world: World) -> None:
    agent = await world.agent("1901")
    caller = await at_the_menu(world)
    async with world.ccbot_away():
        await world.passes(2)
    await caller.hears("menu.main", world.patience(BACK_S))
    caller.press("1")
    await agent.rings(world.patience(1))
    caller.hang_up()
    await agent.stops_ringing(world.patience(1))

    assert (await world.row(caller)).outcome == "abandoned_ringing"


async def an_agent_who_picked_up_meanwhile_has_not_missed_the_call(world: World) -> None:
    agent = await world.agent("1901")
    caller = await ringing(world, agent)
    async with world.ccbot_away():
        await agent.answers()
        await world.passes(1)
    await agent.is_let_go(world.patience(BACK_S))
    await agent.rings(world.patience(BACK_S))
    await agent.answers()
    await caller.hears("greet.neutral", world.patience(1))
    caller.hang_up()

    row = await world.row(caller)

    assert (row.outcome, row.agents) == ("answered", ("1901",))


async def an_agent_who_hung_up_meanwhile_leaves_the_caller_to_the_survey(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    await world.passes(SURVEY_TALK_S)
    async with world.ccbot_away():
        await agent.hangs_up()
    await caller.hears("survey.csat3", world.patience(BACK_S))
    caller.press("2")
    await caller.is_let_go(world.patience(7))

    row = await world.row(caller)

    assert (row.hung_up_by, row.survey_score) == ("agent", 3)


async def a_caller_who_hung_up_meanwhile_has_her_row_and_her_agent_is_free(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    async with world.ccbot_away():
        caller.hang_up()
        await world.passes(3)
    await agent.is_let_go(world.patience(BACK_S))

    row = await world.row(caller)

    assert (row.outcome, row.hung_up_by) == ("answered", "caller")
    assert row.talk_ms < 3_000
    await agent.dials("*74", "agent.wrap_up_ended")
    other = await ringing(world, agent)
    other.hang_up()
    await agent.stops_ringing(world.patience(1))


async def a_survey_is_asked_once_more(world: World) -> None:
    caller = await asked_for_satisfaction(world, await world.agent("1901"))
    async with world.ccbot_away():
        await world.passes(1)
    await caller.hears("survey.csat3", world.patience(BACK_S))
    caller.press("1")
    await caller.is_let_go(world.patience(7))

    assert (await world.row(caller)).survey_score == 5


async def a_word_that_is_being_said_is_heard_to_its_end(world: World) -> None:
    caller = await saying_why(world)
    caller.says(8)
    await world.passes(2)
    async with world.ccbot_away():
        await world.passes(1)
    await caller.hears("survey.thanks_low", world.patience(15))
    await caller.is_let_go(world.patience(8))

    assert 6 < await _her_word_s(world, caller) < 15


async def a_word_that_ended_while_ccbot_was_away_is_kept(world: World) -> None:
    caller = await saying_why(world)
    caller.says(30)
    await world.passes(3)
    async with world.ccbot_away():
        caller.hang_up()
        await world.passes(2)

    assert 2 < await _her_word_s(world, caller) < 6


async def _her_word_s(world: World, caller: Caller) -> float:
    """How long the word lasts that her one task holds; the row tells of it as well."""
    row = await world.row(caller)
    assert (row.survey_score, row.hung_up_by) == (1, "agent")
    task = await world.follow_up(caller)
    assert task is not None
    assert task.recorded_s is not None
    return task.recorded_s


async def who_came_and_left_while_ccbot_was_away_has_a_row(world: World) -> None:
    async with world.ccbot_away():
        caller = await world.caller()
        await caller.hears("away.apology", world.patience(2))
        await world.passes(1)
        caller.hang_up()
        await world.passes(1)

    row = await world.row(caller)

    assert (row.outcome, row.hung_up_by, row.degraded) == ("abandoned_menu", "caller", True)
    assert 1_000 <= row.lasted_ms < 4_000


async def who_came_while_ccbot_was_away_keeps_her_place_before_later_ones(world: World) -> None:
    agent = await world.agent("1901")
    await agent.dials("*721", "agent.not_ready")
    async with world.ccbot_away():
        first = await world.caller()
        await first.hears("away.apology", world.patience(2))
    second = await waiting(world)
    await first.hears("welcome.main", world.patience(20))
    first.press("1")
    await first.hears_music(world.patience(8))
    await agent.dials("*71", "agent.signed_in")
    await agent.rings(world.patience(1))
    await agent.answers()
    await first.hears("greet.neutral", world.patience(1))
    first.hang_up()
    second.hang_up()

    row = await world.row(first)

    assert (row.outcome, row.degraded) == ("answered", True)
