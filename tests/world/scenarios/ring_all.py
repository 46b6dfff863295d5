"""All phones of a group ring at once: the first answer wins, and the others hear no more of it."""

import asyncio

from tests.world.world import CHOIR_ENTRY, AgentPhone, Caller, World

WELCOME_S_MAX = 6.0
BACK_S = 5.0
GROUP = ("choir",)


async def _three_ring(world: World) -> tuple[Caller, list[AgentPhone]]:
    """A customer for whom three phones ring."""
    agents = [await world.agent(number, GROUP) for number in ("1901", "1902", "1903")]
    caller = await world.caller(CHOIR_ENTRY)
    for agent in agents:
        await agent.rings(world.patience(WELCOME_S_MAX))
    return caller, agents


async def _is_let_go(world: World, agent: AgentPhone) -> bool:
    """Whether the agent's call ends at once."""
    try:
        await agent.is_let_go(world.patience(1))
    except (AssertionError, TimeoutError):
        return False
    return True


async def all_phones_ring_and_the_first_who_answers_talks(world: World) -> None:
    caller, (first, second, third) = await _three_ring(world)
    await second.answers()
    await caller.hears("greet.neutral", world.patience(1))
    await first.stops_ringing(world.patience(1))
    await third.stops_ringing(world.patience(1))
    await world.passes(1.5)
    caller.hang_up()

    row = await world.row(caller)

    assert (row.outcome, row.agents) == ("answered", ("1902",))
    assert row.kinds == ("greeting", "waiting", "ringing", "talk")


async def who_was_not_first_is_rung_for_the_next_caller_at_once(world: World) -> None:
    caller, (first, second, third) = await _three_ring(world)
    other = await world.caller(CHOIR_ENTRY)
    await world.passes(WELCOME_S_MAX / 2)
    await second.answers()
    await caller.hears("greet.neutral", world.patience(1))
    await first.rings(world.patience(WELCOME_S_MAX))
    await third.rings(world.patience(1))
    other.hang_up()
    caller.hang_up()

    assert (await world.row(other)).outcome == "abandoned_ringing"


async def of_two_who_answer_at_the_same_moment_one_alone_has_the_caller(world: World) -> None:
    caller, (first, second, third) = await _three_ring(world)
    async with asyncio.TaskGroup() as both:
        both.create_task(first.answers())
        both.create_task(second.answers())
    await caller.hears("greet.neutral", world.patience(1))
    await third.stops_ringing(world.patience(1))
    async with asyncio.TaskGroup() as both:
        let_go = {
            agent.number: both.create_task(_is_let_go(world, agent)) for agent in (first, second)
        }
    caller.hang_up()

    row = await world.row(caller)

    assert row.agents == tuple(number for number, one in let_go.items() if not one.result())


async def an_agent_who_signs_in_while_it_rings_is_rung_too(world: World) -> None:
    first = await world.agent("1901", GROUP)
    late = await world.agent("1902", GROUP, signed_in=False)
    caller = await world.caller(CHOIR_ENTRY)
    await first.rings(world.patience(WELCOME_S_MAX))
    await late.dials("*71", "agent.signed_in")
    await late.rings(world.patience(1))
    await late.answers()
    await caller.hears("greet.neutral", world.patience(1))
    caller.hang_up()

    assert (await world.row(caller)).last_group == "choir"


async def when_everybody_declines_she_waits_on(world: World) -> None:
    caller, agents = await _three_ring(world)
    for agent in agents:
        await agent.declines()
    await caller.hears_music(world.patience(WELCOME_S_MAX))
    for agent in agents:
        await agent.stays_quiet(0.5)
    caller.hang_up()

    row = await world.row(caller)

    assert (row.outcome, row.kinds) == (
        "abandoned_waiting",
        ("greeting", "waiting", "ringing", "waiting"),
    )


async def after_a_restart_all_are_rung_again(world: World) -> None:
    caller, agents = await _three_ring(world)
    async with world.ccbot_away():
        await world.passes(0.5)
    for agent in agents:
        await agent.stops_ringing(world.patience(BACK_S))
    for agent in agents:
        await agent.rings(world.patience(1))
    await agents[0].answers()
    await caller.hears("greet.neutral", world.patience(1))
    await agents[2].stops_ringing(world.patience(1))
    await world.passes(1.5)
    caller.hang_up()

    assert (await world.row(caller)).agents == ("1901",)
