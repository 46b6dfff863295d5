"""Whoever cannot be served in her group is led to another one, with the time she has waited."""

from tests.world.steps import WELCOME_S_MAX
from tests.world.world import LAZY_ENTRY, NARROW_ENTRY, NIGHT_ENTRY, QUICK_ENTRY, ROUND_ENTRY, World

WHISPER_S = 3.0
"""An agent of several groups hears before which one is called."""

GREETED_S = 3.0
"""The welcome of an entry without a menu."""


async def a_full_queue_leads_to_another_group(world: World) -> None:
    busy = await world.agent("9001", ("narrow",))
    await busy.dials("*721", "agent.not_ready")
    agent = await world.agent("9002", ("quick",))
    first = await world.caller(NARROW_ENTRY)
    await first.hears_music(world.patience(GREETED_S + WELCOME_S_MAX))
    second = await world.caller(NARROW_ENTRY)
    await agent.rings(world.patience(GREETED_S))
    await agent.answers()
    await second.hears("greet.neutral", world.patience(1))
    second.hang_up()
    first.hang_up()

    row = await world.row(second)

    assert (row.outcome, row.entry_group, row.last_group) == ("answered", "narrow", "quick")
    assert row.agents == ("9002",)


async def whoever_waited_too_long_keeps_her_time_in_the_next_group(world: World) -> None:
    busy = await world.agent("9001", ("narrow", "quick"))
    await busy.dials("*721", "agent.not_ready")
    first = await world.caller(NARROW_ENTRY)
    await first.hears("queue.busy", world.patience(GREETED_S))
    later = await world.caller(QUICK_ENTRY)
    await later.hears("notice.recording", world.patience(1))
    later.press("1")
    await first.hears("queue.apology", world.patience(14))
    await first.hears("queue.busy", world.patience(6))
    await busy.dials("*71", "agent.signed_in")
    await busy.rings(world.patience(1))
    await busy.answers()
    await first.hears("greet.neutral", world.patience(WHISPER_S))
    first.hang_up()
    later.hang_up()

    row = await world.row(first)

    assert (row.outcome, row.entry_group, row.last_group) == ("answered", "narrow", "quick")
    assert row.wait_ms >= 12_000
    assert (await world.row(later)).outcome in {"abandoned_waiting", "abandoned_ringing"}


async def a_circle_of_groups_ends_with_goodbye(world: World) -> None:
    caller = await world.caller(ROUND_ENTRY)
    await caller.hears("queue.apology", world.patience(GREETED_S))
    await caller.hears("bye", world.patience(5))
    await caller.is_let_go(world.patience(4))

    row = await world.row(caller)

    assert (row.outcome, row.entry_group, row.last_group) == ("no_agents", "round_one", "round_two")


async def with_nobody_ready_for_long_another_group_takes_her(world: World) -> None:
    resting = await world.agent("9001", ("lazy",))
    await resting.dials("*722", "agent.not_ready")
    agent = await world.agent("9002", ("quick",))
    caller = await world.caller(LAZY_ENTRY)
    await caller.hears("queue.busy", world.patience(GREETED_S))
    await agent.rings(world.patience(6))
    await agent.answers()
    await caller.hears("greet.neutral", world.patience(1))
    caller.hang_up()

    row = await world.row(caller)

    assert (row.outcome, row.entry_group, row.last_group) == ("answered", "lazy", "quick")


async def whoever_comes_back_in_time_takes_her_himself(world: World) -> None:
    resting = await world.agent("9001", ("lazy",))
    await resting.dials("*722", "agent.not_ready")
    caller = await world.caller(LAZY_ENTRY)
    await caller.hears("queue.busy", world.patience(GREETED_S))
    await world.passes(1)
    await resting.dials("*71", "agent.signed_in")
    await resting.rings(world.patience(1))
    await world.passes(5)
    await resting.answers()
    await caller.hears("greet.neutral", world.patience(1))
    caller.hang_up()

    row = await world.row(caller)

    assert (row.outcome, row.last_group) == ("answered", "lazy")


async def a_group_outside_its_hours_takes_nobody_in(world: World) -> None:
    await world.agent("9001", ("shut",))
    caller = await world.caller(NIGHT_ENTRY)
    await caller.hears("hours.closed", world.patience(1))
    caller.press("1")
    await caller.hears("hours.closed", world.patience(8))
    await caller.hears("bye", world.patience(8))
    await caller.is_let_go(world.patience(4))

    row = await world.row(caller)

    assert (row.outcome, row.last_group, row.agents) == ("after_hours", "shut", ())
