"""Agents' phones that ring in vain: the caller keeps her place, the next agent is asked."""

from tests.world.steps import SURVEY_TALK_S, in_the_queue, ringing, waiting
from tests.world.world import SHORT_ENTRY, World

RING_S = 15.0
SHORT_RING_S = 5.0
SLIP_S = 0.3
DECLINE_REST_S = 10.0


async def a_phone_not_answered_for_15_s_gives_way_to_the_next(world: World) -> None:
    first = await world.agent("1901")
    await world.passes(1)
    second = await world.agent("1902")
    caller = await ringing(world, first)
    await world.passes(RING_S - 2)
    await first.stops_ringing(world.patience(2))
    await second.rings(world.patience(1))
    await second.answers()
    await caller.hears("greet.neutral", world.patience(1))
    caller.hang_up()

    row = await world.row(caller)

    assert (row.outcome, row.agents) == ("answered", ("1902",))
    assert row.wait_ms >= RING_S * 1000
    assert row.kinds[2:] == ("waiting", "ringing", "waiting", "ringing", "talk")


async def an_agent_who_missed_a_call_is_not_rung_again_until_he_says_so(world: World) -> None:
    agent = await world.agent("1901")
    caller = await ringing(world, agent)
    await agent.stops_ringing(world.patience(RING_S + 1))
    await world.passes(0.5)
    caller.hang_up()
    other = await waiting(world)
    await agent.stays_quiet(2)
    await agent.dials("*71", "agent.missed", "agent.signed_in")
    await agent.rings(world.patience(1))
    other.hang_up()
    await agent.stops_ringing(world.patience(1))


async def an_agent_hears_once_that_he_missed_a_call(world: World) -> None:
    agent = await world.agent("1901")
    caller = await ringing(world, agent)
    await agent.stops_ringing(world.patience(RING_S + 1))
    await world.passes(0.5)
    caller.hang_up()
    await agent.dials("*724", "agent.missed", "agent.not_ready")
    await agent.dials("*71", "agent.signed_in")
    assert not agent.heard("agent.missed")


async def a_miss_that_was_told_is_not_told_again_after_a_restart(world: World) -> None:
    agent = await world.agent("1901")
    caller = await ringing(world, agent)
    await agent.stops_ringing(world.patience(RING_S + 1))
    await world.passes(0.5)
    caller.hang_up()
    await agent.dials("*74", "agent.missed", "agent.no_wrap_up")
    async with world.ccbot_away():
        pass
    await agent.dials("*71", "agent.signed_in")
    assert not agent.heard("agent.missed")


async def where_two_misses_are_allowed_the_first_one_is_a_rest(world: World) -> None:
    agent = await world.agent("9001", ("short",))
    for _ in range(2):
        caller = await world.caller(SHORT_ENTRY)
        await agent.rings(world.patience(25))
        await agent.stops_ringing(world.patience(SHORT_RING_S + 1))
        await world.passes(0.5)
        caller.hang_up()
    await agent.stays_quiet(1)
    await agent.dials("*71", "agent.missed", "agent.signed_in")


async def who_hangs_up_as_he_answers_gave_no_talk_and_the_next_phone_rings(world: World) -> None:
    first = await world.agent("1901")
    await world.passes(1)
    second = await world.agent("1902")
    caller = await ringing(world, first)
    await first.answers()
    await world.passes(SLIP_S)
    await first.hangs_up()
    await second.rings(world.patience(1))
    await caller.hears_music(world.patience(2))
    await first.stays_quiet(1)
    await second.answers()
    await caller.hears("greet.neutral", world.patience(1))
    await world.passes(SURVEY_TALK_S)
    await second.hangs_up()
    await caller.hears("survey.csat3", world.patience(1))
    caller.hang_up()

    row = await world.row(caller)

    assert (row.outcome, row.agents) == ("answered", ("1902",))
    assert row.kinds[2:] == ("waiting", "ringing", "waiting", "ringing", "talk", "survey")


async def after_a_slip_the_only_agent_serves_others_once_he_rested(world: World) -> None:
    agent = await world.agent("1901")
    first = await ringing(world, agent)
    await agent.answers()
    await world.passes(SLIP_S)
    await agent.hangs_up()
    await first.hears_music(world.patience(2))
    second = await waiting(world)
    await agent.rings(world.patience(DECLINE_REST_S))
    await agent.answers()
    await second.hears("greet.neutral", world.patience(1))
    second.hang_up()
    first.hang_up()

    row = await world.row(first)

    assert (row.outcome, row.agents, row.talk_ms) == ("abandoned_waiting", (), 0)
    assert row.survey_status == "off"


async def a_declined_call_rings_the_next_agent_within_a_second(world: World) -> None:
    first = await world.agent("1901")
    await world.passes(1)
    second = await world.agent("1902")
    caller = await ringing(world, first)
    await first.declines()
    await second.rings(world.patience(1))
    caller.hang_up()
    await second.stops_ringing(world.patience(1))

    assert (await world.row(caller)).outcome == "abandoned_ringing"


async def a_caller_keeps_her_place_when_an_agent_declines(world: World) -> None:
    first = await world.agent("1901")
    first_caller = await ringing(world, first)
    second_caller = await waiting(world)
    await first.declines()
    # He rests for ten seconds; then the second caller is the one whom he did not decline.
    second = await world.agent("1902")
    await second.rings(world.patience(1))
    await second.answers()
    await first_caller.hears("greet.neutral", world.patience(1))
    first_caller.hang_up()
    second_caller.hang_up()


async def a_phone_that_redirects_reaches_nobody_and_the_next_one_rings(world: World) -> None:
    first = await world.agent("1901")
    await world.passes(1)
    second = await world.agent("1902")
    caller = await ringing(world, first)
    await first.redirects("sip:1902@127.0.0.1")
    await second.rings(world.patience(1))
    assert "138****1234" in second.shows()
    await first.stays_quiet(1)
    caller.hang_up()
    await second.stops_ringing(world.patience(1))

    row = await world.row(caller)

    assert row.kinds[2:] == ("waiting", "ringing", "waiting", "ringing")


async def a_busy_phone_is_passed_over(world: World) -> None:
    first = await world.agent("1901")
    await world.passes(1)
    second = await world.agent("1902")
    await first.turns_busy()
    caller = await in_the_queue(world)
    await second.rings(world.patience(1))
    caller.hang_up()
    await second.stops_ringing(world.patience(1))


async def a_phone_that_said_goodbye_is_offered_nothing(world: World) -> None:
    first = await world.agent("1901")
    second = await world.agent("1902")
    await first.unregisters()
    await world.passes(1)
    caller = await in_the_queue(world)
    await second.rings(world.patience(1))
    await first.stays_quiet(1)
    caller.hang_up()
    await second.stops_ringing(world.patience(1))


async def a_phone_that_vanished_unseen_costs_one_ringing_time(world: World) -> None:
    first = await world.agent("1901")
    await world.passes(1)
    second = await world.agent("1902")
    await first.vanishes()
    caller = await in_the_queue(world)
    await second.rings(world.patience(RING_S + 3))
    caller.hang_up()
    await second.stops_ringing(world.patience(1))


async def with_every_phone_gone_the_caller_is_told_so_after_a_minute(world: World) -> None:
    agent = await world.agent("1901")
    await agent.unregisters()
    caller = await waiting(world)
    await caller.hears("queue.noagents", world.patience(61))
    await caller.is_let_go(world.patience(8))

    assert (await world.row(caller)).outcome == "no_agents"


async def declining_as_the_caller_leaves_harms_nobody(world: World) -> None:
    agent = await world.agent("1901")
    caller = await ringing(world, agent)
    caller.hang_up()
    await agent.declines()
    assert (await world.row(caller)).outcome in {"abandoned_ringing", "abandoned_waiting"}

    await world.passes(10)  # he declined, so he may rest first
    other = await ringing(world, agent)
    other.hang_up()
    await agent.stops_ringing(world.patience(1))
