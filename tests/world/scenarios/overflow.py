"""Whoever cannot be served in her group is led to another one, with the time she has waited."""

from tests.world.steps import WELCOME_S_MAX
from tests.world.world import NARROW_ENTRY, QUICK_ENTRY, ROUND_ENTRY, World

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
    await caller.hears("bye", world.patience(GREETED_S))
    await caller.is_let_go(world.patience(4))

    row = await world.row(caller)

    assert (row.outcome, row.entry_group, row.last_group) == ("no_agents", "round_one", "round_two")
