"""Steps that many scenarios share."""

from typing import NamedTuple

from tests.world.world import CHOICES_ENTRY, SURVEY_ENTRIES, AgentPhone, Caller, Row, World

SURVEY_TALK_S = 5.5
"""After a talk of this length the survey is offered."""

GUARD_S = 1.0
"""Whoever hangs up sooner after answering did not mean to answer."""

GREETING_S_MAX = 12.0
"""Notice and welcome together, and the key that was pressed early."""

WELCOME_S_MAX = 9.0
"""From a menu's key to music: the sentence at the queue's door in between."""


BEEP_S = 1.2
"""From the end of a question to the end of the beep after it."""

REASON_S = 9.0
"""How long the offer to say why takes, beep included."""


class Talk(NamedTuple):
    """Customer and agent, connected."""

    caller: Caller
    agent: AgentPhone


async def at_the_menu(world: World) -> Caller:
    """A customer who hears the menu."""
    caller = await world.caller()
    await caller.hears("notice.recording", world.patience(1))
    await caller.hears("welcome.main", world.patience(6))
    await caller.hears("menu.main", world.patience(4))
    return caller


async def in_the_queue(world: World, key: str = "1") -> Caller:
    """A customer who chose a group; agents may ring already."""
    caller = await at_the_menu(world)
    caller.press(key)
    return caller


async def waiting(world: World, key: str = "1") -> Caller:
    """A customer who waits with music."""
    caller = await in_the_queue(world, key)
    await caller.hears_music(world.patience(WELCOME_S_MAX))
    return caller


async def ringing(world: World, agent: AgentPhone) -> Caller:
    """A customer for whom this agent's phone rings."""
    caller = await in_the_queue(world)
    await agent.rings(world.patience(1))
    return caller


async def talking(world: World, agent: AgentPhone) -> Talk:
    """A customer in a talk with this agent, greeted."""
    caller = await ringing(world, agent)
    await agent.answers()
    await caller.hears("greet.neutral", world.patience(1))
    return Talk(caller, agent)


async def asked_for_satisfaction(world: World, agent: AgentPhone) -> Caller:
    """A customer who hears the survey's question after a talk of decent length."""
    talk = await talking(world, agent)
    await world.passes(SURVEY_TALK_S)
    await agent.hangs_up()
    await talk.caller.hears("survey.csat3", world.patience(1))
    return talk.caller


async def saying_why(world: World) -> Caller:
    """A dissatisfied customer who may say why: the recorder is running."""
    agent = await world.agent("1901", ("survey2",))
    caller = await world.caller(SURVEY_ENTRIES[2])
    await agent.rings(world.patience(4))
    await agent.answers()
    await caller.hears("greet.neutral", world.patience(1))
    await world.passes(1)
    await agent.hangs_up()
    await caller.hears("survey.csat2", world.patience(1))
    caller.press("2")
    await caller.hears("survey.resolved", world.patience(1))
    caller.press("2")
    await caller.hears("survey.reason", world.patience(1))
    await world.passes(REASON_S)
    return caller


async def at_the_beep(world: World) -> Caller:
    """A caller who may leave a message: the recorder is running."""
    agent = await world.agent("1901", ("choices",))
    await agent.dials("*721", "agent.not_ready")
    caller = await world.caller(CHOICES_ENTRY)
    await caller.hears("queue.busy", world.patience(4))
    caller.press("2")
    await caller.hears("vm.prompt", world.patience(1))
    await world.passes(1)
    caller.press("1")  # enough of the sentence
    await world.passes(BEEP_S)
    return caller


async def abandoned(world: World, caller: Caller, outcome: str, *kinds: str) -> Row:
    """The row of a customer who hung up before any talk."""
    row = await world.row(caller)
    assert (row.outcome, row.hung_up_by, row.survey_status, row.agents) == (
        outcome,
        "caller",
        "off",
        (),
    )
    assert row.kinds == kinds
    return row
