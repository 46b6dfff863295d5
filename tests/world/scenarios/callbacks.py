"""A caller is called back instead of waiting (回电): in her place, by an agent who is there."""

from tests.world.steps import GUARD_S, WELCOME_S_MAX
from tests.world.world import CHOICES_ENTRY, AgentPhone, Caller, World

DONE_S_MAX = 9.0
"""The confirmation that she will be called back."""

WHISPER_S_MAX = 5.0
"""The agent hears what it is about, and the customer's telephone is called."""


async def a_caller_is_called_back_by_an_agent_who_is_there(world: World) -> None:
    agent, caller = await _booked(world)
    home = await world.home_phone(caller)
    await agent.dials("*71", "agent.signed_in")
    await agent.rings(world.patience(1))
    assert caller_number_is_hidden(agent)
    await agent.answers()
    await agent.hears("whisper.callback", world.patience(1))
    await home.rings(world.patience(WHISPER_S_MAX))
    assert CHOICES_ENTRY in home.shows()
    await home.answers()
    await home.hears("greet.neutral", world.patience(1))
    await world.passes(3)
    await home.hangs_up()
    await agent.is_let_go(world.patience(2))

    first, row = await world.row(caller), await world.row_of_callback(caller)

    assert (first.outcome, first.hung_up_by, first.kinds[-1]) == ("callback", "system", "menu")
    assert (row.outcome, row.agents, row.hung_up_by) == ("answered", ("1901",), "caller")
    assert (row.last_group, row.kinds[0], row.kinds[-1]) == ("choices", "waiting", "talk")
    assert 1_000 < row.talk_ms < 20_000


async def a_customer_who_does_not_answer_is_called_once_more_and_then_let_be(world: World) -> None:
    agent, caller = await _booked(world)
    home = await world.home_phone(caller)
    await agent.dials("*71", "agent.signed_in")
    await agent.rings(world.patience(1))
    await agent.answers()
    await home.rings(world.patience(WHISPER_S_MAX))
    await home.declines()
    await agent.is_let_go(world.patience(2))
    await agent.rings(world.patience(8))
    await agent.answers()
    await home.rings(world.patience(WHISPER_S_MAX))
    await home.declines()
    await agent.is_let_go(world.patience(2))

    row = await world.row_of_callback(caller)

    assert (row.outcome, row.agents, row.hung_up_by) == ("not_reached", (), "system")


async def who_calls_again_and_is_served_is_not_called_back(world: World) -> None:
    agent, caller = await _booked(world)
    again = await world.calls_again(caller, CHOICES_ENTRY)
    await again.hears("queue.busy", world.patience(4))
    await agent.dials("*71", "agent.signed_in")
    await agent.rings(world.patience(1))
    await agent.answers()
    await again.hears("greet.neutral", world.patience(1))
    await world.passes(GUARD_S + 1)
    again.hang_up()

    row, callback = await world.row(again), await world.row_of_callback(caller)

    assert (row.outcome, row.agents) == ("answered", ("1901",))
    assert (callback.outcome, callback.agents, callback.hung_up_by) == ("settled", (), "system")


async def who_does_not_say_yes_waits_on_in_her_place(world: World) -> None:
    agent = await world.agent("1901", ("choices",))
    await agent.dials("*721", "agent.not_ready")
    caller = await world.caller(CHOICES_ENTRY)
    await caller.hears("queue.busy", world.patience(4))
    caller.press("1")
    await caller.hears("callback.confirm", world.patience(1))
    await world.passes(0.5)
    caller.press("9")
    await caller.hears_music(world.patience(WELCOME_S_MAX))
    await agent.dials("*71", "agent.signed_in")
    await agent.rings(world.patience(1))
    await agent.answers()
    await caller.hears("greet.neutral", world.patience(1))
    caller.hang_up()

    assert (await world.row(caller)).outcome == "answered"


async def _booked(world: World) -> tuple[AgentPhone, Caller]:
    """An agent who is not ready, and a customer who is to be called back."""
    agent = await world.agent("1901", ("choices",))
    await agent.dials("*721", "agent.not_ready")
    caller = await world.caller(CHOICES_ENTRY)
    await caller.hears("queue.busy", world.patience(4))
    caller.press("1")
    await caller.hears("callback.confirm", world.patience(1))
    await world.passes(0.5)
    caller.press("1")
    await caller.hears("callback.done", world.patience(1))
    await caller.is_let_go(world.patience(DONE_S_MAX))
    return agent, caller


def caller_number_is_hidden(agent: AgentPhone) -> bool:
    """What the agent's phone shows is masked."""
    return "****" in agent.shows()
