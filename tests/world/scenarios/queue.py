"""Who gets whom, and what becomes of those who get nobody."""

from tests.world.steps import (
    GREETING_S_MAX,
    GUARD_S,
    WELCOME_S_MAX,
    in_the_queue,
    ringing,
    talking,
    waiting,
)
from tests.world.world import PATIENT_ENTRY, SHORT_ENTRY, Caller, World


async def _leaves(world: World, caller: Caller, prompt: str, outcome: str) -> None:
    """The caller hears why, and a goodbye."""
    await caller.hears(prompt, world.patience(1))
    await caller.hears("bye", world.patience(7))
    await caller.is_let_go(world.patience(4))
    row = await world.row(caller)
    assert (row.outcome, row.hung_up_by, row.agents) == (outcome, "system", ())


async def with_nobody_signed_in_the_caller_is_told_so(world: World) -> None:
    await world.agent("1001", signed_in=False)
    await world.agent("2001", ("tech",))
    caller = await in_the_queue(world)
    await _leaves(world, caller, "queue.noagents", "no_agents")


async def with_every_agent_resting_the_caller_waits(world: World) -> None:
    agent = await world.agent("1001")
    await agent.dials("*722", "agent.not_ready")
    caller = await waiting(world)
    await agent.stays_quiet(3)
    await agent.dials("*71", "agent.signed_in")
    await agent.rings(world.patience(1))
    caller.hang_up()
    await agent.stops_ringing(world.patience(1))


async def two_callers_and_one_agent_are_served_in_turn(world: World) -> None:
    agent = await world.agent("1901")
    first = await ringing(world, agent)
    second = await waiting(world)
    await agent.answers()
    await first.hears("greet.neutral", world.patience(1))
    await world.passes(GUARD_S + 0.5)
    await agent.hangs_up()
    await world.passes(1)
    await agent.dials("*74", "agent.wrap_up_ended")
    await agent.rings(world.patience(1))
    await agent.answers()
    await second.hears("greet.neutral", world.patience(1))
    second.hang_up()

    row = await world.row(second)

    assert (row.outcome, row.agents) == ("answered", ("1901",))


async def the_longest_waiting_caller_is_served_first(world: World) -> None:
    agent = await world.agent("1901")
    await agent.dials("*721", "agent.not_ready")
    first = await waiting(world)
    second = await waiting(world)
    third = await waiting(world)
    await agent.dials("*71", "agent.signed_in")
    for caller in (first, second, third):
        await agent.rings(world.patience(1))
        await agent.answers()
        await caller.hears("greet.neutral", world.patience(1))
        caller.hang_up()
        await agent.is_let_go(world.patience(1))
        await world.passes(1)
        await agent.dials("*74", "agent.wrap_up_ended")


async def the_longest_idle_agent_is_asked_first(world: World) -> None:
    first = await world.agent("1902")
    await world.passes(1)
    second = await world.agent("1901")
    caller, _ = await talking(world, first)
    caller.hang_up()
    await first.is_let_go(world.patience(1))
    await world.passes(1)
    await first.dials("*74", "agent.wrap_up_ended")
    other = await ringing(world, second)
    other.hang_up()
    await second.stops_ringing(world.patience(1))


async def a_caller_without_an_agent_does_not_hold_up_another_group(world: World) -> None:
    resting = await world.agent("1001", ("service",))
    await resting.dials("*721", "agent.not_ready")
    technician = await world.agent("2001", ("tech",))
    first = await waiting(world, "1")
    second = await in_the_queue(world, "2")
    await technician.rings(world.patience(1))
    second.hang_up()
    first.hang_up()
    await technician.stops_ringing(world.patience(1))


async def a_full_queue_takes_nobody_in(world: World) -> None:
    agent = await world.agent("9001", ("short",))
    await agent.dials("*721", "agent.not_ready")
    waiting_ones = [await world.caller(SHORT_ENTRY) for _ in range(2)]
    for one in waiting_ones:
        await one.hears_music(world.patience(2 + WELCOME_S_MAX))
    caller = await world.caller(SHORT_ENTRY)
    await caller.hears("welcome.main", world.patience(1))
    await world.passes(2.1)
    await _leaves(world, caller, "queue.full", "queue_full")
    for one in waiting_ones:
        one.hang_up()


async def who_waited_too_long_is_told_so(world: World) -> None:
    agent = await world.agent("9001", ("short",))
    await agent.dials("*721", "agent.not_ready")
    caller = await world.caller(SHORT_ENTRY)
    await caller.hears("queue.busy", world.patience(4))
    await caller.hears_music(world.patience(WELCOME_S_MAX))
    await caller.hears("queue.comfort", world.patience(9))
    await caller.hears("queue.timeout", world.patience(10))
    await caller.hears("bye", world.patience(7))
    await caller.is_let_go(world.patience(4))

    row = await world.row(caller)

    assert (row.outcome, row.hung_up_by) == ("waited_too_long", "system")
    assert 20_000 <= row.wait_ms < 30_000  # the goodbye belongs to it


async def whoever_came_while_ccbot_was_away_is_taken_up(world: World) -> None:
    agent = await world.agent("1901")
    async with world.ccbot_away():
        caller = await world.caller()
        await caller.hears("away.apology", world.patience(2))
    await caller.hears("welcome.main", world.patience(20))
    caller.press("1")
    await agent.rings(world.patience(6))
    await agent.answers()
    await caller.hears("greet.neutral", world.patience(1))
    caller.hang_up()

    row = await world.row(caller)

    assert (row.outcome, row.degraded) == ("answered", True)


async def a_waiting_caller_hears_her_place_and_when_it_gets_better(world: World) -> None:
    agent = await world.agent("1901")
    await agent.dials("*721", "agent.not_ready")
    first = await waiting(world)
    second = await in_the_queue(world)
    await second.hears("queue.busy", world.patience(1))
    await second.hears_music(world.patience(WELCOME_S_MAX))
    await second.hears("queue.position.1", world.patience(6))
    await second.hears_music(world.patience(5))
    assert first.heard("queue.next")
    first.hang_up()
    await second.hears("queue.next", world.patience(25))
    second.hang_up()

    assert (await world.row(second)).outcome == "abandoned_waiting"


async def kind_words_go_on_while_the_phone_rings_and_stop_as_it_is_answered(world: World) -> None:
    agent = await world.agent("1901")
    caller = await ringing(world, agent)
    await caller.hears("queue.enter.service", world.patience(1))
    await caller.hears_music(world.patience(5))
    await caller.hears("queue.next", world.patience(12))
    await agent.answers()
    await caller.hears("greet.neutral", world.patience(0.5))
    await caller.hears_agent(world.patience(6))
    caller.hang_up()

    assert (await world.row(caller)).outcome == "answered"


async def whoever_calls_again_soon_has_her_place_back(world: World) -> None:
    agent = await world.agent("1901")
    await agent.dials("*721", "agent.not_ready")
    first = await waiting(world)
    second = await waiting(world)
    first.hang_up()
    lost = await world.row(first)
    again = await world.calls_again(first, "10000")
    await again.hears("menu.main", world.patience(GREETING_S_MAX))
    again.press("1")
    await again.hears_music(world.patience(WELCOME_S_MAX))
    await agent.dials("*71", "agent.signed_in")
    await agent.rings(world.patience(1))
    await agent.answers()
    await again.hears("greet.neutral", world.patience(1))
    again.hang_up()
    second.hang_up()

    row = await world.row(again)

    assert (lost.outcome, row.outcome) == ("abandoned_waiting", "answered")
    assert row.wait_ms < row.lasted_ms
    assert (await world.row(second)).outcome == "abandoned_waiting"


async def a_waiting_caller_hears_about_how_long_it_takes(world: World) -> None:
    agent = await world.agent("1901", ("patient",))
    first = await world.caller(PATIENT_ENTRY)
    await agent.rings(world.patience(5))
    await agent.answers()
    await first.hears("greet.neutral", world.patience(1))
    second = await world.caller(PATIENT_ENTRY)
    await second.hears("queue.busy", world.patience(5))
    await second.hears("queue.next", world.patience(15))
    await second.hears("queue.eta.3", world.patience(4))
    await second.hears_music(world.patience(4))
    first.hang_up()
    await agent.rings(world.patience(2))
    await agent.answers()
    await second.hears("greet.neutral", world.patience(1))
    second.hang_up()

    assert (await world.row(second)).outcome == "answered"
