"""Which agent is asked for which caller, where the routing document says more than the usual."""

from tests.world.steps import GUARD_S, WELCOME_S_MAX
from tests.world.tuning import (
    ABLE,
    FIRST,
    HOLD_S,
    KNOWN_WRAP_UP_S,
    LADDER_S,
    RELAXED_S,
    SECOND,
    UNABLE,
)
from tests.world.world import (
    KNOWN_ENTRY,
    LADDER_ENTRY,
    SINGLE_ENTRY,
    SKILLED_ENTRY,
    VIP,
    World,
)

GREETED_S = 4.0
"""From the dialling to the queue, past the welcome."""


async def whoever_has_the_skill_is_asked_first_and_anybody_a_step_later(world: World) -> None:
    unable = await world.agent(UNABLE, ("skilled",))
    await world.passes(0.5)
    able = await world.agent(ABLE, ("skilled",))
    first = await world.caller(SKILLED_ENTRY)
    await able.rings(world.patience(GREETED_S))
    second = await world.caller(SKILLED_ENTRY)
    await second.hears_music(world.patience(GREETED_S + WELCOME_S_MAX))
    await unable.rings(world.patience(RELAXED_S))
    first.hang_up()
    second.hang_up()
    await unable.stops_ringing(world.patience(1))
    row = await world.row(second)
    assert row.wait_ms >= RELAXED_S * 1000


async def the_first_in_the_order_is_rung_and_the_second_after_his_delay(world: World) -> None:
    second = await world.agent(SECOND, ("ladder",))
    await world.passes(0.5)
    first = await world.agent(FIRST, ("ladder",))
    caller = await world.caller(LADDER_ENTRY)
    await first.rings(world.patience(GREETED_S))
    other = await world.caller(LADDER_ENTRY)
    await other.hears("welcome.main", world.patience(1))
    await second.stays_quiet(LADDER_S - 1)
    await second.rings(world.patience(GREETED_S))
    caller.hang_up()
    other.hang_up()
    await second.stops_ringing(world.patience(1))


async def a_customer_of_the_vip_list_comes_before_those_who_wait_longer(world: World) -> None:
    agent = await world.agent("1919", ("single",))
    await agent.dials("*721", "agent.not_ready")
    first = await world.caller(SINGLE_ENTRY)
    await first.hears("queue.busy", world.patience(GREETED_S))
    vip = await world.caller(SINGLE_ENTRY, VIP)
    await vip.hears("queue.busy", world.patience(GREETED_S))
    await agent.dials("*71", "agent.signed_in")
    await agent.rings(world.patience(1))
    await agent.answers()
    await vip.hears("greet.neutral", world.patience(1))
    vip.hang_up()
    await agent.is_let_go(world.patience(1))
    await agent.rings(world.patience(2))
    first.hang_up()
    await agent.stops_ringing(world.patience(1))


async def a_caller_waits_a_moment_for_the_agent_whom_she_knows(world: World) -> None:
    known = await world.agent("1915", ("known",))
    before = await world.caller(KNOWN_ENTRY)
    await known.rings(world.patience(GREETED_S))
    await known.answers()
    await before.hears("greet.neutral", world.patience(1))
    other = await world.agent("1916", ("known",))
    await world.passes(GUARD_S)
    await known.hangs_up()
    await before.hears("bye", world.patience(2))
    before.hang_up()
    again = await world.calls_again(before, KNOWN_ENTRY)
    await known.rings(world.patience(KNOWN_WRAP_UP_S + GREETED_S))
    await known.declines()
    await other.rings(world.patience(1))
    again.hang_up()
    await other.stops_ringing(world.patience(1))
    assert (await world.row(again)).wait_ms < HOLD_S * 1000


async def a_group_has_no_more_talks_than_it_may(world: World) -> None:
    first = await world.agent("1917", ("single",))
    await world.passes(0.5)
    second = await world.agent("1918", ("single",))
    caller = await world.caller(SINGLE_ENTRY)
    await first.rings(world.patience(GREETED_S))
    await first.answers()
    other = await world.caller(SINGLE_ENTRY)
    await other.hears("queue.busy", world.patience(GREETED_S))
    await second.stays_quiet(1)
    caller.hang_up()
    await second.rings(world.patience(1))
    other.hang_up()
    await second.stops_ringing(world.patience(1))
