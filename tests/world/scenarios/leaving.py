"""What a caller can do instead of waiting."""

from tests.world.steps import BEEP_S, at_the_beep, waiting
from tests.world.world import CHOICES_ENTRY, NARROW_ENTRY, NIGHT_ENTRY, Caller, World

WHISPER_S = 3.0
"""An agent of several groups hears before which one is called."""
DUE_S = 24 * 3600
SAVED_S_MAX = 8.0
"""The thanks for a message."""


async def a_waiting_caller_leaves_a_message_that_somebody_has_to_see_to(world: World) -> None:
    caller = await at_the_beep(world)
    caller.says(4)
    await world.passes(4.5)
    caller.press("#")
    await caller.hears("vm.saved", world.patience(2))
    await caller.is_let_go(world.patience(SAVED_S_MAX))

    row = await world.row(caller)
    assert (row.outcome, row.hung_up_by, row.agents) == ("voicemail", "system", ())
    assert row.kinds[-2:] == ("waiting", "voicemail")
    task = await world.follow_up(caller)
    assert task is not None
    assert task.due_in_s == DUE_S
    assert task.recorded_s is not None
    assert task.recorded_s >= 3


async def what_was_said_until_the_hang_up_is_a_message(world: World) -> None:
    caller = await at_the_beep(world)
    caller.says(10)
    await world.passes(4)
    caller.hang_up()

    assert (await world.row(caller)).outcome == "voicemail"
    task = await world.follow_up(caller)
    assert task is not None
    assert task.recorded_s is not None
    assert 2 < task.recorded_s < 8


async def a_short_message_is_asked_for_once_more(world: World) -> None:
    caller = await at_the_beep(world)
    caller.press("#")
    await caller.hears("vm.short", world.patience(2))
    await world.passes(0.5)
    caller.press("1")  # she knows what to do
    await world.passes(1.5)
    caller.press("#")
    await caller.hears("vm.failed", world.patience(2))
    await caller.is_let_go(world.patience(SAVED_S_MAX))

    row = await world.row(caller)
    assert (row.outcome, row.hung_up_by) == ("abandoned_waiting", "system")
    assert await world.follow_up(caller) is None


async def hanging_up_instead_of_a_message_is_leaving_the_queue(world: World) -> None:
    caller = await at_the_beep(world)
    await world.passes(0.5)
    caller.hang_up()

    row = await world.row(caller)
    assert (row.outcome, row.hung_up_by) == ("abandoned_waiting", "caller")
    assert await world.follow_up(caller) is None


async def who_leaves_a_message_frees_the_agent_who_is_rung(world: World) -> None:
    agent = await world.agent("1901", ("choices",))
    caller = await world.caller(CHOICES_ENTRY)
    await agent.rings(world.patience(5))
    caller.press("9")  # means nothing
    await world.passes(0.5)
    caller.press("2")
    await agent.stops_ringing(world.patience(1))
    await caller.hears("vm.prompt", world.patience(1))
    other = await world.caller(CHOICES_ENTRY)
    await agent.rings(world.patience(5))
    other.hang_up()
    await agent.stops_ringing(world.patience(1))
    caller.hang_up()

    row = await world.row(caller)
    assert row.outcome == "abandoned_waiting"
    assert row.kinds[-2:] == ("ringing", "voicemail")


async def a_waiting_caller_is_told_what_she_may_choose(world: World) -> None:
    caller = await _without_an_agent(world)
    await caller.hears("queue.options", world.patience(16))
    await caller.hears_music(world.patience(8))
    caller.hang_up()

    assert (await world.row(caller)).outcome == "abandoned_waiting"


async def in_another_group_she_keeps_the_time_that_she_waited(world: World) -> None:
    caller = await _without_an_agent(world)
    server = await world.agent("1902")
    await server.dials("*721", "agent.not_ready")
    other = await waiting(world)
    caller.press("3")
    await caller.hears("queue.busy", world.patience(8))
    await server.dials("*71", "agent.signed_in")
    await server.rings(world.patience(1))
    await server.answers()
    await caller.hears("notice.recording", world.patience(1))  # this group is recorded
    await caller.hears("greet.neutral", world.patience(6))
    other.hang_up()
    caller.hang_up()

    row = await world.row(caller)
    assert (row.outcome, row.agents) == ("answered", ("1902",))
    assert (row.entry_group, row.last_group) == ("choices", "service")
    assert row.kinds[:4] == ("greeting", "waiting", "waiting", "ringing")


async def a_queue_that_nobody_serves_costs_her_no_place(world: World) -> None:
    caller = await _without_an_agent(world)
    caller.press("3")
    await _is_told_that_it_cannot_be(caller, world)
    await caller.hears("queue.options", world.patience(16))
    caller.hang_up()

    row = await world.row(caller)
    assert (row.outcome, row.last_group) == ("abandoned_waiting", "choices")


async def a_full_queue_tells_her_so_and_costs_her_no_place(world: World) -> None:
    agent = await world.agent("1901", ("choices", "narrow"))
    await agent.dials("*721", "agent.not_ready")
    caller = await world.caller(CHOICES_ENTRY)
    await caller.hears("queue.busy", world.patience(4))
    behind = await world.caller(CHOICES_ENTRY)
    other = await world.caller(NARROW_ENTRY)
    await other.hears("queue.busy", world.patience(4))
    caller.press("4")
    await _is_told_that_it_cannot_be(caller, world)
    other.hang_up()
    await agent.dials("*71", "agent.signed_in")
    await agent.rings(world.patience(1))
    await agent.answers()
    await caller.hears("greet.neutral", world.patience(WHISPER_S))
    caller.hang_up()
    behind.hang_up()

    row = await world.row(caller)
    assert (row.outcome, row.last_group) == ("answered", "choices")
    assert not behind.heard("queue.choice_unavailable")


async def _is_told_that_it_cannot_be(caller: Caller, world: World) -> None:
    """After the sentence that she hears; then music again."""
    await caller.hears("queue.choice_unavailable", world.patience(8))
    await caller.hears_music(world.patience(7))


async def _without_an_agent(world: World) -> Caller:
    """A caller whose only agent is not ready, welcomed to the queue."""
    agent = await world.agent("1901", ("choices",))
    await agent.dials("*721", "agent.not_ready")
    caller = await world.caller(CHOICES_ENTRY)
    await caller.hears("queue.busy", world.patience(4))
    return caller


async def after_hours_she_may_leave_a_message(world: World) -> None:
    caller = await world.caller(NIGHT_ENTRY)
    await caller.hears("hours.options", world.patience(12))
    caller.press("4")
    await caller.hears("vm.prompt", world.patience(1))
    await world.passes(1)
    caller.press("1")
    await world.passes(BEEP_S)
    caller.says(4)
    await world.passes(4.5)
    caller.hang_up()

    row = await world.row(caller)
    assert (row.outcome, row.kinds[-1], row.last_group) == ("voicemail", "voicemail", None)
    assert await world.follow_up(caller) is not None
