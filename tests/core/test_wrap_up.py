"""The time after a talk, and what an agent is told who asks for what he cannot have."""

from dataclasses import replace

import pytest

from ccbot.core import facts as f
from ccbot.core.agents import AgentState
from ccbot.core.ids import AgentId
from ccbot.core.refusals import AgentAsks, Refused, why_not
from tests.core.story import Story

AGENT = AgentId("1001")


def in_wrap_up(*groups: str) -> Story:
    """Agent 1001 has just finished a talk of the group ``service``."""
    story = Story()
    story.agent(AGENT, *(groups or ("service",)))
    call = story.caller("first")
    story.connect()
    story.post(f.TalkEnded(call=call, agent=AGENT, by=f.EndedBy.AGENT))
    return story


def test_a_wrap_up_is_extended_by_its_own_time_once() -> None:
    story = in_wrap_up()
    story.wait(20)
    assert story.post(f.WrapUpExtended(agent=AGENT))
    assert not story.post(f.WrapUpExtended(agent=AGENT))

    story.wait(39.9)
    assert story.state(AGENT) is AgentState.WRAP_UP
    story.wait(0.2)
    assert story.state(AGENT) is AgentState.READY


def test_the_next_wrap_up_may_be_extended_again() -> None:
    story = in_wrap_up()
    story.post(f.WrapUpExtended(agent=AGENT))
    story.post(f.WrapUpEnded(agent=AGENT))
    call = story.caller("second")
    story.connect()
    story.post(f.TalkEnded(call=call, agent=AGENT, by=f.EndedBy.AGENT))

    assert story.post(f.WrapUpExtended(agent=AGENT))


def test_a_wrap_up_keeps_the_calls_of_all_his_groups_away() -> None:
    story = in_wrap_up("service", "tech")
    story.caller("second", "tech")
    story.wait(29)
    assert len(story.offers) == 1

    story.wait(1.1)

    assert story.offered()[1:] == [("second", AGENT)]


ASKS: list[AgentAsks] = [
    f.AgentSignedIn(agent=AGENT),
    f.AgentSignedOut(agent=AGENT),
    f.AgentPaused(agent=AGENT, reason=f.Pause.MEAL),
    f.WrapUpEnded(agent=AGENT),
    f.WrapUpExtended(agent=AGENT),
]
kind_of_ask = pytest.mark.parametrize("asked", ASKS, ids=lambda one: type(one).__name__)


@kind_of_ask
def test_the_floor_takes_exactly_what_is_not_refused(asked: AgentAsks) -> None:
    story = in_wrap_up()
    for does in (None, f.WrapUpExtended, f.WrapUpEnded, f.AgentSignedOut, f.AgentRemoved):
        if does is not None:
            story.post(does(agent=AGENT))
        agent = story.floor.agents.get(AGENT)
        again = Story()
        again.floor.agents = {} if agent is None else {AGENT: replace(agent)}

        assert again.post(asked) == (why_not(agent, asked) is None)


@kind_of_ask
def test_a_removed_agent_can_have_nothing(asked: AgentAsks) -> None:
    story = in_wrap_up()
    story.post(f.AgentRemoved(agent=AGENT))

    assert why_not(story.floor.agents.get(AGENT), asked) is Refused.REMOVED
