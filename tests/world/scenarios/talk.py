"""From the greeting to the goodbye: the talk, and the survey after it."""

from tests.world.steps import (
    GUARD_S,
    SURVEY_TALK_S,
    asked_for_satisfaction,
    at_the_menu,
    ringing,
    talking,
)
from tests.world.world import FORMAL_ENTRY, LIVE_ENTRY, AgentPhone, Caller, World


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


async def star_nine_flags_a_complaint_and_the_talk_goes_on(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    await world.passes(1.5)
    agent.press("*9")
    await agent.hears("agent.flagged", world.patience(1))
    await world.passes(2.5)
    await caller.hears_agent(world.patience(1))
    assert not caller.heard("agent.flagged")
    caller.hang_up()

    row = await world.row(caller)

    assert (row.flags, row.hung_up_by, row.kinds[-1]) == (("complaint",), "caller", "talk")


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
    await world.passes(GUARD_S + 0.5)
    await agent.hangs_up()
    await caller.hears("bye", world.patience(1))
    await caller.is_let_go(world.patience(4))

    row = await world.row(caller)

    assert (row.outcome, row.survey_status) == ("answered", "not_offered_too_short")
    assert not row.greeting_completed


async def each_agent_is_greeted_for_by_name(world: World) -> None:
    """制度 2-10.1: 我是XXX. On the row is which greeting it was, and whether it came to its end."""
    for number in ("1001", "1002"):
        agent = await world.agent(number)
        caller = await _greeted_with(world, agent, f"greeting.{number}.name")
        await world.passes(4.1)
        caller.hang_up()
        row = await world.row(caller)
        assert (row.agents, row.greeting_variant) == ((number,), "name")
        assert row.greeting_completed
        await agent.is_let_go(world.patience(1))


async def an_agents_own_voice_comes_before_his_name(world: World) -> None:
    caller = await _greeted_with(world, await world.agent("1003"), "greeting.1003.own")
    caller.hang_up()

    row = await world.row(caller)

    assert (row.greeting_variant, row.greeting_completed) == ("own_voice", False)


async def an_agent_without_a_name_is_announced_with_his_number(world: World) -> None:
    caller = await _greeted_with(world, await world.agent("1004"), "greeting.1004.id")
    caller.hang_up()

    assert (await world.row(caller)).greeting_variant == "announce_id"


async def a_group_may_want_the_number_announced(world: World) -> None:
    agent = await world.agent("1003", ("formal",))
    caller = await world.caller(FORMAL_ENTRY)
    await agent.rings(world.patience(4))
    await agent.answers()
    await caller.hears("greeting.1003.id", world.patience(1))
    caller.hang_up()

    assert (await world.row(caller)).greeting_variant == "announce_id"


async def where_agents_greet_themselves_nothing_is_played(world: World) -> None:
    agent = await world.agent("1001", ("live",))
    caller = await world.caller(LIVE_ENTRY)
    await agent.rings(world.patience(4))
    await agent.answers()
    await caller.hears_agent(world.patience(2))
    await world.passes(1)
    caller.hang_up()

    row = await world.row(caller)

    assert (row.greeting_variant, row.greeting_completed) == ("live", False)
    assert not caller.heard("greeting.1001.name")
    assert not caller.heard("greet.neutral")


async def an_agent_of_two_groups_hears_which_one_is_called(world: World) -> None:
    agent = await world.agent("1901", ("service", "tech"))
    caller = await ringing(world, agent)
    await caller.hears("queue.enter.service", world.patience(1))
    await agent.answers()
    await agent.hears("whisper.group.service", world.patience(0.5))
    await caller.hears_music(world.patience(0.5))
    await caller.hears("greet.neutral", world.patience(2))
    assert not caller.heard("whisper.group.service")
    caller.hang_up()

    assert (await world.row(caller)).outcome == "answered"


async def a_customer_who_leaves_during_the_whisper_was_not_answered(world: World) -> None:
    agent = await world.agent("1901", ("service", "tech"))
    caller = await ringing(world, agent)
    await agent.answers()
    await agent.hears("whisper.group.service", world.patience(0.5))
    caller.hang_up()
    await agent.is_let_go(world.patience(1))

    row = await world.row(caller)

    assert (row.outcome, row.agents) == ("abandoned_ringing", ())


async def an_agent_who_hangs_up_during_the_whisper_has_declined(world: World) -> None:
    first = await world.agent("1901", ("service", "tech"))
    await world.passes(1)
    second = await world.agent("1902")
    caller = await ringing(world, first)
    await first.answers()
    await first.hears("whisper.group.service", world.patience(0.5))
    await first.hangs_up()
    await second.rings(world.patience(1))
    await second.answers()
    await caller.hears("greet.neutral", world.patience(1))
    caller.hang_up()

    row = await world.row(caller)

    assert (row.outcome, row.agents) == ("answered", ("1902",))


async def _greeted_with(world: World, agent: AgentPhone, greeting: str) -> Caller:
    caller = await ringing(world, agent)
    await agent.answers()
    await caller.hears(greeting, world.patience(1))
    return caller
