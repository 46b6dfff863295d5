"""Agents at their phones: the feature codes."""

from ccbot.flows.pick_up import WHISPER_S_MAX
from tests.world.steps import in_the_queue, talking, waiting
from tests.world.world import SHORT_ENTRY, World

SHORT_WRAP_UP_S = 2.0


async def an_agent_signs_in_rests_comes_back_and_signs_out(world: World) -> None:
    agent = await world.agent("1901", signed_in=False)
    await agent.dials("*71", "agent.signed_in")
    await agent.dials("*723", "agent.not_ready")
    await agent.dials("*71", "agent.signed_in")
    await agent.dials("*73", "agent.signed_out")
    for code in ("*72", "*721", "*73", "*74", "*741"):
        await agent.dials(code, "agent.not_signed_in")


async def a_bare_not_ready_asks_for_the_reason(world: World) -> None:
    agent = await world.agent("1901")
    await agent.asks("*72", "agent.ask_reason", "2", "agent.not_ready")
    await agent.asks("*72", "agent.ask_reason", "9", "agent.unknown_code")


async def silence_is_a_reason_too(world: World) -> None:
    agent = await world.agent("1901")
    await agent.asks("*72", "agent.ask_reason", "", "agent.not_ready")


async def an_agents_phone_reaches_nothing_but_its_codes(world: World) -> None:
    agent = await world.agent("1901")
    for number in ("10000", "13800138000", "1902", "911"):
        await agent.is_refused(number)


async def an_agent_is_told_of_codes_that_there_are_not_or_not_for_him(world: World) -> None:
    agent = await world.agent("1901")
    for code in ("*1", "*79", "*727", "*7411"):
        await agent.dials(code, "agent.unknown_code")
    await agent.dials("*751001", "agent.not_allowed")


async def nobody_is_rung_in_his_wrap_up_until_he_ends_it(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    other = await waiting(world)
    caller.hang_up()
    await agent.is_let_go(world.patience(1))
    await agent.stays_quiet(2)
    await agent.dials("*74", "agent.wrap_up_ended")
    await agent.rings(world.patience(1))
    other.hang_up()
    await agent.stops_ringing(world.patience(1))


async def who_signs_out_after_a_talk_is_rung_no_more(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    caller.hang_up()
    await agent.is_let_go(world.patience(1))
    await world.passes(0.5)
    await agent.dials("*73", "agent.signed_out")
    other = await in_the_queue(world)
    await other.hears("queue.noagents", world.patience(1))
    other.hang_up()


async def a_code_may_be_hung_up_on(world: World) -> None:
    agent = await world.agent("1901")
    await agent.dials("*721", "agent.not_ready")
    await agent.dials("*71", "agent.signed_in")
    caller = await in_the_queue(world)
    await agent.rings(world.patience(1))
    caller.hang_up()
    await agent.stops_ringing(world.patience(1))


async def a_wrap_up_is_extended_once_and_ended_early(world: World) -> None:
    agent = await world.agent("9001", ("short",))
    await agent.dials("*741", "agent.no_wrap_up")
    caller = await world.caller(SHORT_ENTRY)
    await agent.rings(world.patience(4))
    await agent.answers()
    await caller.hears("greet.neutral", world.patience(1))
    caller.hang_up()
    await agent.is_let_go(world.patience(1))
    await world.passes(0.5)
    await agent.dials("*741", "agent.wrap_up_extended")
    await agent.dials("*741", "agent.wrap_up_extended_before")
    other = await world.caller(SHORT_ENTRY)
    await other.hears_music(world.patience(12))
    await agent.stays_quiet(2)
    await agent.dials("*74", "agent.wrap_up_ended")
    await agent.rings(world.patience(1))
    other.hang_up()
    await agent.stops_ringing(world.patience(1))
    await agent.dials("*74", "agent.no_wrap_up")


async def a_wrap_up_that_was_not_extended_is_over_by_itself(world: World) -> None:
    agent = await world.agent("9001", ("short", "service"))
    caller = await world.caller(SHORT_ENTRY)
    await agent.rings(world.patience(4))
    await agent.answers()
    await caller.hears("greet.neutral", world.patience(1 + WHISPER_S_MAX))
    other = await waiting(world)
    caller.hang_up()
    await agent.is_let_go(world.patience(1))
    await agent.stays_quiet(1)
    await agent.rings(world.patience(SHORT_WRAP_UP_S))
    other.hang_up()
    await agent.stops_ringing(world.patience(1))


async def what_an_agent_asks_for_in_a_talk_is_told_to_come_after_it(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    await agent.dials_beside("*73", "agent.signed_out_after")
    await agent.dials_beside("*722", "agent.not_ready_after")
    await agent.dials_beside("*74", "agent.no_wrap_up")
    assert not caller.heard("bye")
    caller.hang_up()
    await agent.is_let_go(world.patience(1))
    await world.passes(0.5)
    await agent.dials("*74", "agent.no_wrap_up")
    other = await waiting(world)
    await agent.stays_quiet(1)
    await agent.dials("*71", "agent.signed_in")
    await agent.rings(world.patience(1))
    other.hang_up()
    await agent.stops_ringing(world.patience(1))
