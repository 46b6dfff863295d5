"""A complaint is marked by who has to do with the call, once, and stays with it."""

from ccbot.core import facts as f
from ccbot.core.ids import AgentId, CallId
from tests.core.story import Story

AGENT, OTHER = AgentId("1001"), AgentId("1002")


def flagged(call: CallId, agent: AgentId = AGENT) -> f.CallFlagged:
    return f.CallFlagged(call=call, agent=agent)


def talk() -> tuple[Story, CallId]:
    """Agent 1001 talks; his colleague is not there."""
    story = Story()
    story.agent(AGENT)
    call = story.caller("first")
    story.connect()
    return story, call


def test_a_call_is_flagged_once() -> None:
    story, call = talk()
    assert story.post(flagged(call))
    assert not story.post(flagged(call))
    assert story.floor.calls[call].flags == [f.Flag.COMPLAINT]


def test_who_has_nothing_to_do_with_the_call_cannot_flag_it() -> None:
    story, call = talk()
    story.agent(OTHER)
    assert not story.post(flagged(call, OTHER))
    assert not story.post(flagged(call, AgentId("1009")))
    assert not story.post(flagged(CallId("second")))


def test_a_call_that_only_rings_is_not_flagged() -> None:
    story = Story()
    story.agent(AGENT)
    assert not story.post(flagged(story.caller("first")))


def test_it_may_be_flagged_in_the_wrap_up_while_the_customer_is_still_here() -> None:
    story, call = talk()
    story.post(f.TalkEnded(call=call, agent=AGENT, by=f.EndedBy.AGENT))
    assert story.post(flagged(call))


def test_not_after_the_wrap_up_nor_after_the_call() -> None:
    story, call = talk()
    story.post(f.TalkEnded(call=call, agent=AGENT, by=f.EndedBy.AGENT))
    story.post(f.WrapUpEnded(agent=AGENT))
    assert not story.post(flagged(call))
    story.post(f.CallEnded(call=call, by=f.EndedBy.CALLER))
    assert not story.post(flagged(call))
