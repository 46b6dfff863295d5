"""At a closed door: what callers hear, and what they may do instead."""

from msgspec.structs import replace

from ccbot.core.routing_document import Emergency, RoutingDocument
from tests.world.steps import WELCOME_S_MAX
from tests.world.world import (
    BLOCKED_CUSTOMER,
    BY_HAND_ENTRY,
    CLOSED_ENTRY,
    NIGHT_ENTRY,
    Caller,
    Row,
    World,
)

CLOSED_S = 9.0
"""The words for closed hours, or the notice of an emergency."""

OPTIONS_S = 5.0
"""The question what she wants, when it is closed."""

THINK_S = 5.0
"""How long she may think about it."""

BACK_S = 5.0
"""ccbot speaks again so soon after it came back."""


async def _is_let_go(world: World, caller: Caller) -> Row:
    await caller.hears("bye", world.patience(CLOSED_S))
    await caller.is_let_go(world.patience(4))
    row = await world.row(caller)
    assert (row.outcome, row.hung_up_by, row.wait_ms) == ("after_hours", "system", 0)
    return row


async def outside_the_hours_callers_hear_so_and_goodbye(world: World) -> None:
    caller = await world.caller(CLOSED_ENTRY)
    await caller.hears("hours.closed", world.patience(1))
    row = await _is_let_go(world, caller)

    assert (row.kinds, row.entry_group) == (("greeting",), None)
    assert not caller.heard("welcome.main")


async def a_day_closed_by_hand_has_words_of_its_own(world: World) -> None:
    caller = await world.caller(BY_HAND_ENTRY)
    await caller.hears("hours.holiday", world.patience(1))
    await _is_let_go(world, caller)

    assert not caller.heard("hours.closed")


async def whoever_is_blocked_hears_so_and_nothing_else(world: World) -> None:
    caller = await world.caller(number=BLOCKED_CUSTOMER)
    await caller.hears("error.blocked", world.patience(1))
    await caller.is_let_go(world.patience(7))

    row = await world.row(caller)

    assert (row.outcome, row.hung_up_by, row.kinds) == ("blocked", "system", ("greeting",))
    assert not caller.heard("welcome.main")
    assert not caller.heard("bye")


async def hanging_up_at_a_closed_door_is_still_after_hours(world: World) -> None:
    caller = await world.caller(CLOSED_ENTRY)
    await caller.hears("hours.closed", world.patience(1))
    caller.hang_up()

    row = await world.row(caller)

    assert (row.outcome, row.hung_up_by) == ("after_hours", "caller")


async def a_key_outside_the_hours_may_lead_to_a_group(world: World) -> None:
    agent = await world.agent("1901", ("quick",))
    caller = await _at_the_night_door(world)
    caller.press("2")
    await agent.rings(world.patience(1))
    await agent.answers()
    await caller.hears("greet.neutral", world.patience(1))
    caller.hang_up()

    row = await world.row(caller)

    assert (row.outcome, row.entry_group) == ("answered", "quick")
    assert row.kinds[:4] == ("greeting", "menu", "greeting", "waiting")


async def an_early_key_skips_the_question_outside_the_hours(world: World) -> None:
    caller = await world.caller(NIGHT_ENTRY)
    await caller.hears("hours.closed", world.patience(1))
    caller.press("3")
    await caller.hears("hours.holiday", world.patience(CLOSED_S))
    assert not caller.heard("hours.options")
    await _is_let_go(world, caller)


async def a_wrong_key_outside_the_hours_is_asked_again(world: World) -> None:
    caller = await _at_the_night_door(world)
    caller.press("9")
    await caller.hears("menu.invalid", world.patience(1))
    await caller.hears("hours.options", world.patience(4))
    caller.press("3")
    await caller.hears("hours.holiday", world.patience(1))
    row = await _is_let_go(world, caller)

    assert row.kinds == ("greeting", "menu", "greeting")


async def silence_outside_the_hours_is_goodbye(world: World) -> None:
    caller = await _at_the_night_door(world)
    await caller.hears("bye", world.patience(OPTIONS_S + THINK_S))
    await caller.is_let_go(world.patience(4))

    assert (await world.row(caller)).outcome == "after_hours"


async def a_restart_takes_no_words_away_at_a_closed_door(world: World) -> None:
    caller = await world.caller(CLOSED_ENTRY)
    await caller.hears("hours.closed", world.patience(1))
    async with world.ccbot_away():
        await world.passes(1)
    await world.passes(BACK_S)
    row = await _is_let_go(world, caller)

    assert (row.kinds, row.degraded) == (("greeting",), False)


async def the_question_outside_the_hours_is_asked_again_after_a_restart(world: World) -> None:
    agent = await world.agent("1901", ("quick",))
    caller = await _at_the_night_door(world)
    async with world.ccbot_away():
        await world.passes(1)
    await caller.hears("hours.options", world.patience(BACK_S))
    caller.press("2")
    await agent.rings(world.patience(1))
    await caller.hears_music(world.patience(WELCOME_S_MAX))
    caller.hang_up()
    await agent.stops_ringing(world.patience(1))

    assert (await world.row(caller)).outcome == "abandoned_ringing"


async def an_emergency_notice_comes_before_everything(world: World) -> None:
    await world.publishes(_with_a_notice)
    caller = await world.caller()
    await caller.hears("notice.emergency", world.patience(1))
    await caller.hears("notice.recording", world.patience(9))
    closed = await world.caller(CLOSED_ENTRY)
    await closed.hears("notice.emergency", world.patience(1))
    await closed.hears("hours.closed", world.patience(9))
    caller.hang_up()
    closed.hang_up()

    assert (await world.row(caller)).outcome == "abandoned_menu"
    assert (await world.row(closed)).outcome == "after_hours"


async def in_an_emergency_it_may_be_all_that_is_said(world: World) -> None:
    await world.publishes(_with_the_notice_alone)
    caller = await world.caller()
    await caller.hears("notice.emergency", world.patience(1))
    await _is_let_go(world, caller)

    assert not caller.heard("notice.recording")


def _with_a_notice(document: RoutingDocument) -> RoutingDocument:
    return replace(document, emergency=Emergency(on=True))


def _with_the_notice_alone(document: RoutingDocument) -> RoutingDocument:
    return replace(document, emergency=Emergency(on=True, then="hang_up"))


async def _at_the_night_door(world: World) -> Caller:
    """A caller who is asked what she wants though it is closed."""
    caller = await world.caller(NIGHT_ENTRY)
    await caller.hears("hours.closed", world.patience(1))
    await caller.hears("hours.options", world.patience(CLOSED_S))
    return caller
