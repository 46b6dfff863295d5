"""From the greeting to the goodbye: the talk, and the survey after it."""

from tests.world.steps import SURVEY_TALK_S, asked_for_satisfaction, at_the_menu, talking
from tests.world.world import World


async def greeting_menu_music_talk_survey_and_one_true_row(world: World) -> None:
    agent = await world.agent("1901")
    caller = await at_the_menu(world)
    await world.passes(2)
    caller.press("1")
    await agent.rings(world.patience(1))
    assert "138****1234" in agent.shows()
    await caller.hears("queue.enter.service", world.patience(1))
    await caller.hears_music(world.patience(5))
    await agent.answers()
    await caller.hears("greet.neutral", world.patience(1))
    await caller.hears_agent(world.patience(6))
    await world.passes(SURVEY_TALK_S)
    await agent.hangs_up()
    await caller.hears("survey.csat3", world.patience(1))
    caller.press("1")
    await caller.hears("survey.thanks", world.patience(1))
    await caller.is_let_go(world.patience(5))

    row = await world.row(caller)

    assert (row.outcome, row.entry_group, row.last_group) == ("answered", "service", "service")
    assert (row.agents, row.hung_up_by) == (("1901",), "agent")
    assert (row.survey_status, row.survey_score) == ("answered", 5)
    assert (row.greeting_variant, row.greeting_completed) == ("neutral", True)
    assert row.caller_masked == "138****1234"
    assert not row.degraded
    assert not row.test
    assert row.kinds == ("greeting", "menu", "waiting", "ringing", "talk", "survey")
    assert row.wait_ms + row.talk_ms < row.lasted_ms


async def star_seven_sends_the_customer_to_the_survey(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    await world.passes(SURVEY_TALK_S)
    agent.press("*7")
    await caller.hears("survey.csat3", world.patience(2))
    await agent.is_let_go(world.patience(1))
    caller.press("2")
    await caller.hears("bye" if caller.heard("bye") else "survey.thanks", world.patience(2))
    await caller.is_let_go(world.patience(6))

    row = await world.row(caller)

    assert (row.outcome, row.hung_up_by, row.survey_score) == ("answered", "agent", 3)


async def other_keys_in_a_talk_change_nothing(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    agent.press("7*5")
    caller.press("*7")
    await world.passes(4)
    assert not caller.heard("survey.csat3")
    caller.hang_up()
    await agent.is_let_go(world.patience(1))

    row = await world.row(caller)

    assert (row.hung_up_by, row.survey_status) == ("caller", "not_offered_caller_left")


async def a_key_pressed_in_the_talk_is_no_answer_to_the_survey(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    caller.press("3")
    await world.passes(SURVEY_TALK_S)
    await agent.hangs_up()
    await caller.hears("survey.csat3", world.patience(1))
    await world.passes(2)
    caller.press("1")
    await caller.is_let_go(world.patience(6))

    assert (await world.row(caller)).survey_score == 5


async def a_low_score_is_answered_with_an_apology(world: World) -> None:
    caller = await asked_for_satisfaction(world, await world.agent("1901"))
    caller.press("3")
    await caller.hears("survey.thanks_low", world.patience(1))
    await caller.is_let_go(world.patience(7))

    row = await world.row(caller)

    assert (row.survey_status, row.survey_score) == ("answered", 1)


async def a_wrong_key_in_the_survey_is_asked_again(world: World) -> None:
    caller = await asked_for_satisfaction(world, await world.agent("1901"))
    caller.press("9")
    await caller.hears("survey.invalid", world.patience(1))
    await caller.hears("survey.csat3", world.patience(4))
    caller.press("2")
    await caller.is_let_go(world.patience(6))

    row = await world.row(caller)

    assert (row.survey_status, row.survey_score) == ("answered", 3)


async def two_wrong_keys_end_the_survey_politely(world: World) -> None:
    caller = await asked_for_satisfaction(world, await world.agent("1901"))
    caller.press("9")
    await caller.hears("survey.invalid", world.patience(1))
    await caller.hears("survey.csat3", world.patience(4))
    caller.press("8")
    await caller.hears("bye", world.patience(1))
    await caller.is_let_go(world.patience(3))

    row = await world.row(caller)

    assert (row.survey_status, row.survey_score) == ("invalid", None)


async def silence_in_the_survey_ends_it_politely(world: World) -> None:
    caller = await asked_for_satisfaction(world, await world.agent("1901"))
    await caller.hears("survey.timeout", world.patience(25))
    await caller.is_let_go(world.patience(5))

    row = await world.row(caller)

    assert (row.survey_status, row.survey_score, row.hung_up_by) == ("no_input", None, "agent")


async def after_a_very_short_talk_there_is_no_survey(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    await agent.hangs_up()
    await caller.hears("bye", world.patience(1))
    await caller.is_let_go(world.patience(4))

    row = await world.row(caller)

    assert (row.outcome, row.survey_status) == ("answered", "not_offered_too_short")
    assert not row.greeting_completed


async def an_agent_with_a_greeting_of_his_own_is_announced_with_his_number(world: World) -> None:
    agent = await world.agent("1001")
    caller = await at_the_menu(world)
    caller.press("1")
    await agent.rings(world.patience(1))
    await agent.answers()
    await caller.hears("greeting.1001", world.patience(1))
    caller.hang_up()

    row = await world.row(caller)

    assert (row.greeting_variant, row.greeting_completed) == ("announce_id", False)
