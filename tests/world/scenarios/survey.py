"""The survey in full: a score, whether the matter is settled, and a word from the dissatisfied."""

from tests.world.steps import REASON_S, Talk
from tests.world.world import SURVEY_ENTRIES, Row, World


async def the_whole_survey_asks_whether_the_matter_is_settled(world: World) -> None:
    caller = (await _asked(world, 3)).caller
    caller.press("1")
    await caller.hears("survey.resolved", world.patience(1))
    caller.press("1")
    await caller.hears("survey.thanks", world.patience(1))
    await caller.is_let_go(world.patience(5))

    assert _given(await world.row(caller)) == ("answered", 5, True)


async def an_unsettled_matter_is_told_so(world: World) -> None:
    caller = (await _asked(world, 3)).caller
    caller.press("2")
    await caller.hears("survey.resolved", world.patience(1))
    caller.press("2")
    await caller.hears("survey.thanks", world.patience(1))
    await caller.is_let_go(world.patience(5))

    assert _given(await world.row(caller)) == ("answered", 3, False)


async def a_wrong_key_to_the_second_question_spoils_nothing(world: World) -> None:
    caller = (await _asked(world, 2)).caller
    caller.press("1")
    await caller.hears("survey.resolved", world.patience(1))
    caller.press("7")
    await caller.hears("survey.thanks", world.patience(1))
    await caller.is_let_go(world.patience(5))

    assert _given(await world.row(caller)) == ("answered", 5, None)


async def silence_to_the_second_question_spoils_nothing(world: World) -> None:
    caller = (await _asked(world, 4)).caller
    caller.press("3")
    await caller.hears("survey.resolved", world.patience(1))
    await caller.hears("survey.thanks", world.patience(13))
    await caller.is_let_go(world.patience(5))

    assert _given(await world.row(caller)) == ("answered", 3, None)


async def hanging_up_at_the_second_question_keeps_the_score(world: World) -> None:
    caller = (await _asked(world, 5)).caller
    caller.press("2")
    await caller.hears("survey.resolved", world.patience(1))
    caller.hang_up()

    assert _given(await world.row(caller)) == ("answered", 4, None)
    assert await world.follow_up(caller) is None


async def a_dissatisfied_customer_says_why_and_is_called_back(world: World) -> None:
    caller = (await _asked(world, 5)).caller
    caller.press("4")
    await caller.hears("survey.resolved", world.patience(1))
    caller.press("2")
    await caller.hears("survey.reason", world.patience(1))
    await world.passes(REASON_S)
    caller.says(6)
    await world.passes(6.5)
    caller.press("#")
    await caller.hears("survey.thanks_low", world.patience(2))
    await caller.is_let_go(world.patience(7))

    assert _given(await world.row(caller)) == ("answered", 2, False)
    follow_up = await world.follow_up(caller)
    assert follow_up is not None
    assert follow_up.due_in_s == 24 * 3600
    assert follow_up.recorded_s is not None
    assert follow_up.recorded_s >= 4


async def her_word_is_kept_when_she_hangs_up_in_the_middle(world: World) -> None:
    caller = (await _asked(world, 2)).caller
    caller.press("2")
    await caller.hears("survey.resolved", world.patience(1))
    caller.press("2")
    await caller.hears("survey.reason", world.patience(1))
    await world.passes(REASON_S)
    caller.says(10)
    await world.passes(3)
    caller.hang_up()

    assert _given(await world.row(caller)) == ("answered", 1, False)
    follow_up = await world.follow_up(caller)
    assert follow_up is not None
    assert follow_up.recorded_s is not None
    assert 2 < follow_up.recorded_s < 8


async def she_need_not_say_a_word(world: World) -> None:
    caller = (await _asked(world, 4)).caller
    caller.press("4")
    await caller.hears("survey.resolved", world.patience(1))
    caller.press("#")
    await caller.hears("survey.reason", world.patience(1))
    await world.passes(1)
    caller.press("#")
    await caller.hears("survey.thanks_low", world.patience(1))
    await caller.is_let_go(world.patience(7))

    assert _given(await world.row(caller)) == ("answered", 1, None)
    follow_up = await world.follow_up(caller)
    assert follow_up is not None
    assert follow_up.recorded_s is None


async def silence_is_no_reason(world: World) -> None:
    caller = (await _asked(world, 3)).caller
    caller.press("3")
    await caller.hears("survey.resolved", world.patience(1))
    caller.press("1")
    await caller.hears("survey.reason", world.patience(1))
    caller.press("5")  # enough of the sentence
    await caller.hears("survey.thanks_low", world.patience(7))
    await caller.is_let_go(world.patience(7))

    assert _given(await world.row(caller)) == ("answered", 1, True)
    follow_up = await world.follow_up(caller)
    assert follow_up is not None
    assert follow_up.recorded_s is None


async def hanging_up_before_the_reason_makes_a_follow_up_too(world: World) -> None:
    caller = (await _asked(world, 3)).caller
    caller.press("3")
    await caller.hears("survey.resolved", world.patience(1))
    caller.hang_up()

    assert _given(await world.row(caller)) == ("answered", 1, None)
    follow_up = await world.follow_up(caller)
    assert follow_up is not None
    assert follow_up.recorded_s is None


async def _asked(world: World, levels: int) -> Talk:
    """A customer who hears the question of so many levels, after a short talk."""
    agent = await world.agent("1901", (f"survey{levels}",))
    caller = await world.caller(SURVEY_ENTRIES[levels])
    await agent.rings(world.patience(4))
    await agent.answers()
    await caller.hears("greet.neutral", world.patience(1))
    await world.passes(1)
    await agent.hangs_up()
    await caller.hears(f"survey.csat{levels}", world.patience(1))
    return Talk(caller, agent)


def _given(row: Row) -> tuple[str, int | None, bool | None]:
    return row.survey_status, row.survey_score, row.survey_resolved
