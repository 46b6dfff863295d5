"""In a talk: hold, and handing customers on. Nobody is alone, and nobody has two customers."""

from tests.world.steps import SURVEY_TALK_S, Talk, talking
from tests.world.world import AgentPhone, Caller, World

BACK_S = 2.0
"""A customer whose transfer came to nothing is with the sender again so soon."""

BACK_FROM_AWAY_S = 5.0
"""All is as it was so soon after ccbot came back."""

TECH = "2"
"""The key of the group ``tech`` in the main menu."""


async def a_held_customer_hears_music_at_once_and_comes_back(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    await world.passes(2)
    agent.press("*1")
    await caller.hears_music(world.patience(1))
    await world.passes(2)
    agent.press("*1")
    await caller.hears_agent(world.patience(1))
    await world.passes(SURVEY_TALK_S)
    await agent.hangs_up()
    await caller.hears("survey.csat3", world.patience(1))
    caller.hang_up()

    row = await world.row(caller)

    assert (row.outcome, row.agents, row.hung_up_by) == ("answered", ("1901",), "agent")
    assert row.kinds == ("greeting", "menu", "waiting", "ringing", "talk", "hold", "talk", "survey")


async def a_customer_may_leave_while_she_is_held(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    await world.passes(1.5)
    agent.press("*1")
    await caller.hears_music(world.patience(1))
    caller.hang_up()
    await agent.is_let_go(world.patience(1))

    assert (await world.row(caller)).hung_up_by == "caller"


async def a_customer_is_handed_on_to_a_group_and_greeted_by_the_next_agent(world: World) -> None:
    first, second, caller = await _two(world)
    first.press(f"*2{TECH}#")
    await caller.hears("transfer.announce", world.patience(2))
    await first.is_let_go(world.patience(1))
    await second.rings(world.patience(1))
    await second.answers()
    await caller.hears("greet.neutral", world.patience(2))
    await world.passes(SURVEY_TALK_S)
    await second.hangs_up()
    await caller.hears("survey.csat3", world.patience(1))
    caller.press("1")
    await caller.is_let_go(world.patience(7))

    row = await world.row(caller)

    assert (row.agents, row.last_group, row.survey_score) == (("1901", "1902"), "tech", 5)


async def a_customer_is_handed_on_blind_to_an_agent_who_answers(world: World) -> None:
    first, second, caller = await _two(world)
    first.press("*21902#")
    await caller.hears("transfer.announce", world.patience(2))
    await second.rings(world.patience(1))
    await second.answers()
    await second.hears("whisper.transfer", world.patience(1))
    await first.is_let_go(world.patience(4))
    await caller.hears("greet.neutral", world.patience(2))
    caller.hang_up()
    await second.is_let_go(world.patience(1))

    row = await world.row(caller)

    assert (row.outcome, row.agents) == ("answered", ("1901", "1902"))


async def a_declined_transfer_brings_the_customer_back(world: World) -> None:
    first, second, caller = await _two(world)
    first.press("*21902#")
    await second.rings(world.patience(3))
    await second.declines()
    await caller.hears("transfer.failed", world.patience(BACK_S))
    await caller.hears_agent(world.patience(6))
    caller.hang_up()
    await first.is_let_go(world.patience(1))

    assert (await world.row(caller)).agents == ("1901",)


async def a_consultation_is_completed(world: World) -> None:
    first, second, caller = await _consulting(world)
    first.press("*4")
    await first.is_let_go(world.patience(1))
    await caller.hears("greet.neutral", world.patience(1))
    await world.passes(SURVEY_TALK_S)
    await second.hangs_up()
    await caller.hears("survey.csat3", world.patience(1))
    caller.hang_up()

    row = await world.row(caller)

    assert (row.agents, row.hung_up_by) == (("1901", "1902"), "agent")
    assert row.kinds[-4:] == ("talk", "consult", "talk", "survey")


async def a_sender_goes_back_to_the_customer(world: World) -> None:
    first, second, caller = await _consulting(world)
    first.press("*6")
    await second.is_let_go(world.patience(1))
    await caller.hears_agent(world.patience(1))
    assert not caller.heard("transfer.failed")
    caller.hang_up()
    await first.is_let_go(world.patience(1))

    assert (await world.row(caller)).agents == ("1901",)


async def a_sender_swaps_and_then_brings_all_three_together(world: World) -> None:
    first, second, caller = await _consulting(world)
    first.press("*1")
    await caller.hears_agent(world.patience(1))
    await world.passes(1)
    first.press("*1")
    await caller.hears_music(world.patience(1))
    await world.passes(1)
    first.press("*5")
    await caller.hears_agent(world.patience(1))
    await world.passes(1)
    caller.hang_up()
    await first.is_let_go(world.patience(1))
    await second.is_let_go(world.patience(1))

    assert (await world.row(caller)).hung_up_by == "caller"


async def a_sender_who_hangs_up_after_talking_to_his_colleague_has_handed_her_on(
    world: World,
) -> None:
    first, second, caller = await _consulting(world)
    await first.hangs_up()
    await caller.hears("greet.neutral", world.patience(1))
    caller.hang_up()
    await second.is_let_go(world.patience(1))

    assert (await world.row(caller)).agents == ("1901", "1902")


async def a_sender_who_hangs_up_while_it_rings_in_vain_leaves_her_first_in_his_queue(
    world: World,
) -> None:
    first, second, caller = await _two(world)
    third = await world.agent("1903")
    first.press("*31902#")
    await second.rings(world.patience(3))
    await first.hangs_up()
    await world.passes(0.5)
    await second.declines()
    await caller.hears("transfer.requeued", world.patience(BACK_S))
    await third.rings(world.patience(1))
    await third.answers()
    await caller.hears("greet.neutral", world.patience(2))
    caller.hang_up()

    assert (await world.row(caller)).agents == ("1901", "1903")


async def a_consulted_agent_who_hangs_up_leaves_her_to_the_sender(world: World) -> None:
    first, second, caller = await _consulting(world)
    await second.hangs_up()
    await caller.hears("transfer.failed", world.patience(BACK_S))
    await caller.hears_agent(world.patience(6))
    caller.hang_up()
    await first.is_let_go(world.patience(1))

    assert (await world.row(caller)).agents == ("1901",)


async def a_customer_who_leaves_stops_the_phone_that_rings_for_her(world: World) -> None:
    first, second, caller = await _two(world)
    first.press("*31902#")
    await second.rings(world.patience(3))
    caller.hang_up()
    await second.stops_ringing(world.patience(1))
    await first.is_let_go(world.patience(1))

    assert (await world.row(caller)).outcome == "answered"


async def an_agent_hears_why_a_transfer_cannot_be(world: World) -> None:
    first, second, caller = await _two(world)
    await second.dials("*721", "agent.not_ready")
    first.press("*21902#")
    await first.hears("agent.target_busy", world.patience(2))
    await world.passes(3)
    first.press("*39999#")
    await first.hears("agent.unknown_target", world.patience(2))
    await world.passes(3)
    first.press("*23#")
    await first.hears("agent.transfer_unavailable", world.patience(2))
    await world.passes(3)
    first.press("*4")
    await first.hears("agent.refused", world.patience(2))
    assert not caller.heard("agent.target_busy")
    caller.hang_up()

    assert (await world.row(caller)).agents == ("1901",)


async def a_held_customer_is_held_through_a_restart(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    await world.passes(1.5)
    agent.press("*1")
    await caller.hears_music(world.patience(1))
    async with world.ccbot_away():
        await world.passes(1)
    await world.passes(1)
    agent.press("*1")
    await caller.hears_agent(world.patience(2))
    caller.hang_up()
    await agent.is_let_go(world.patience(1))

    row = await world.row(caller)

    assert row.kinds == ("greeting", "menu", "waiting", "ringing", "talk", "hold", "talk")


async def a_consultation_goes_on_after_a_restart(world: World) -> None:
    first, second, caller = await _consulting(world)
    async with world.ccbot_away():
        await world.passes(1)
    await world.passes(1)
    first.press("*4")
    await first.is_let_go(world.patience(2))
    await caller.hears("greet.neutral", world.patience(1))
    caller.hang_up()
    await second.is_let_go(world.patience(1))

    assert (await world.row(caller)).agents == ("1901", "1902")


async def three_who_talk_are_together_after_a_restart(world: World) -> None:
    first, second, caller = await _consulting(world)
    first.press("*5")
    await caller.hears_agent(world.patience(1))
    async with world.ccbot_away():
        await world.passes(1)
    await world.passes(1)
    await first.hangs_up()
    await world.passes(1)
    caller.hang_up()
    await second.is_let_go(world.patience(1))

    assert (await world.row(caller)).agents == ("1901", "1902")


async def a_phone_that_rang_for_a_transfer_rings_anew_after_a_restart(world: World) -> None:
    first, second, caller = await _two(world)
    first.press("*21902#")
    await second.rings(world.patience(3))
    async with world.ccbot_away():
        await world.passes(0.5)
    await second.stops_ringing(world.patience(BACK_FROM_AWAY_S))
    await second.rings(world.patience(BACK_FROM_AWAY_S))
    await second.answers()
    await first.is_let_go(world.patience(4))
    await caller.hears("greet.neutral", world.patience(2))
    caller.hang_up()

    assert (await world.row(caller)).agents == ("1901", "1902")


async def a_sender_who_left_meanwhile_has_handed_her_on(world: World) -> None:
    first, second, caller = await _consulting(world)
    async with world.ccbot_away():
        await first.hangs_up()
    await caller.hears("greet.neutral", world.patience(BACK_FROM_AWAY_S))
    caller.hang_up()
    await second.is_let_go(world.patience(1))

    assert (await world.row(caller)).agents == ("1901", "1902")


async def a_colleague_who_left_meanwhile_leaves_her_to_the_sender(world: World) -> None:
    first, second, caller = await _consulting(world)
    async with world.ccbot_away():
        await second.hangs_up()
    await caller.hears_agent(world.patience(BACK_FROM_AWAY_S))
    caller.hang_up()
    await first.is_let_go(world.patience(1))

    assert (await world.row(caller)).agents == ("1901",)


async def _two(world: World) -> tuple[AgentPhone, AgentPhone, Caller]:
    """A talk with 1901 of ``service``; 1902 of ``tech`` is free."""
    first = await world.agent("1901")
    second = await world.agent("1902", ("tech",))
    talk: Talk = await talking(world, first)
    await world.passes(1.5)
    return first, second, talk.caller


async def _consulting(world: World) -> tuple[AgentPhone, AgentPhone, Caller]:
    """1901 talks to 1902 about his customer, who hears music."""
    first, second, caller = await _two(world)
    first.press("*31902#")
    await caller.hears("transfer.announce", world.patience(2))
    await second.rings(world.patience(1))
    await second.answers()
    await second.hears("whisper.transfer", world.patience(1))
    await caller.hears_music(world.patience(4))
    await world.passes(3)
    return first, second, caller
