"""Callers for whom nobody is left are told so after a minute, however the last agent went."""

from collections.abc import Callable

import pytest

from ccbot.core import facts as f
from ccbot.core.calls import Stage
from ccbot.core.ids import AgentId, GroupKey
from tests.core.story import Story


def goes_to_tech(agent: AgentId) -> f.AgentConfigured:
    return f.AgentConfigured(agent=agent, name="1001", groups=(GroupKey("tech"),))


def signs_out(agent: AgentId) -> f.AgentSignedOut:
    return f.AgentSignedOut(agent=agent)


def is_removed(agent: AgentId) -> f.AgentRemoved:
    return f.AgentRemoved(agent=agent)


Leaving = Callable[[AgentId], f.AnyFact]


def served_and_waiting() -> tuple[Story, AgentId]:
    """One agent in a talk, and a caller who waits for him."""
    story = Story()
    agent = story.agent("1001")
    story.caller("first")
    story.connect()
    story.caller("second")
    return story, agent


def is_told_after_a_minute(story: Story) -> bool:
    story.wait(59)
    assert [one for one in story.told if isinstance(one, f.GaveUp)] == [], "told too early"
    story.wait(2)
    return story.told[-1] is f.GaveUp.NO_AGENTS


@pytest.mark.parametrize("leaves", [signs_out, is_removed])
def test_the_last_agent_leaves_after_a_talk_as_he_had_asked(leaves: Leaving) -> None:
    story, agent = served_and_waiting()
    story.post(leaves(agent))
    story.wait(10)
    story.post(f.TalkEnded(call=story.offers[0].call, agent=agent, by=f.EndedBy.AGENT))

    assert is_told_after_a_minute(story)


def test_the_last_agent_is_given_another_group() -> None:
    story, agent = served_and_waiting()
    story.post(goes_to_tech(agent))

    assert is_told_after_a_minute(story)


def test_an_agent_who_is_given_the_group_again_keeps_the_callers() -> None:
    story, agent = served_and_waiting()
    story.post(goes_to_tech(agent))
    story.wait(30)
    story.post(f.AgentConfigured(agent=agent, name="1001", groups=(GroupKey("service"),)))
    story.wait(100)

    assert f.GaveUp.NO_AGENTS not in story.told


@pytest.mark.parametrize("leaves", [signs_out, is_removed])
def test_the_last_agent_leaves_while_his_phone_rings(leaves: Leaving) -> None:
    story = Story()
    agent = story.agent("1001")
    story.caller("first")
    story.post(leaves(agent))
    story.post(f.OfferMissed(offer=story.offers[0].offer, reason=f.Missed.DECLINED))

    assert is_told_after_a_minute(story)


@pytest.mark.parametrize("leaves", [signs_out, is_removed])
def test_a_caller_who_goes_with_the_last_agent_leaves_no_timer(leaves: Leaving) -> None:
    story = Story()
    agent = story.agent("1001")
    call = story.caller("first")
    assert story.floor.calls[call].stage is Stage.RINGING
    story.post(leaves(agent))
    story.post(f.CallEnded(call=call, by=f.EndedBy.CALLER))

    assert story.timers == {}
