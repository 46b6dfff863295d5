"""The floor: who gets whom, and what becomes of late facts."""

import pytest

from ccbot.core import facts as f
from ccbot.core.agents import AgentState
from ccbot.core.calls import Stage
from ccbot.core.ids import GroupKey
from tests.core.story import Story, replace_group, routing

SERVICE, TECH = GroupKey("service"), GroupKey("tech")


def test_the_longest_waiting_caller_goes_to_the_agent_who_comes_free() -> None:
    story = Story()
    agent = story.agent("1001")
    first = story.caller("first")
    story.connect()
    story.wait(1)
    second = story.caller("second")
    story.wait(1)
    story.caller("third")

    story.post(f.TalkEnded(call=first, agent=agent, by=f.EndedBy.AGENT))
    story.post(f.WrapUpEnded(agent=agent))

    assert [("first", "1001"), (second, "1001")] == story.offered()


def test_the_longest_idle_agent_is_rung() -> None:
    story = Story()
    story.agent("1002")
    story.wait(1)
    story.agent("1001")

    story.caller("first")

    assert story.offered() == [("first", "1002")]


def test_a_caller_of_another_group_does_not_hold_up_the_one_behind_her() -> None:
    story = Story()
    busy = story.agent("2001", "tech")
    story.post(f.PhoneChanged(agent=busy, phone=f.Phone.BUSY))
    story.caller("tech-first", "tech")
    story.agent("1001")

    story.caller("service-second")

    assert story.offered() == [("service-second", "1001")]


@pytest.mark.parametrize("phone", [f.Phone.UNREACHABLE, f.Phone.BUSY, f.Phone.RINGING])
def test_an_agent_whose_phone_is_not_idle_is_offered_nothing(phone: f.Phone) -> None:
    story = Story()
    agent = story.agent("1001")
    story.post(f.PhoneChanged(agent=agent, phone=phone))

    story.caller("first")
    assert story.offered() == []

    story.post(f.PhoneChanged(agent=agent, phone=f.Phone.IDLE))
    assert story.offered() == [("first", "1001")]


def test_no_answer_pauses_the_agent_and_the_next_one_is_rung_at_once() -> None:
    story = Story()
    first, second = story.agent("1001"), story.agent("1002")
    call = story.caller("first")
    since = story.floor.calls[call].waiting_since
    story.wait(15)

    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.NO_ANSWER))

    assert [("first", first), ("first", second)] == story.offered()
    assert story.state(first) is AgentState.PAUSED
    assert story.floor.agents[first].pause is f.Pause.MISSED_CALL
    assert since == story.floor.calls[call].waiting_since


def test_who_declined_rests_and_then_serves_other_callers() -> None:
    story = Story()
    agent = story.agent("1001")
    story.caller("first")
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.DECLINED))
    story.caller("second")
    assert len(story.offers) == 1

    story.wait(10.1)

    assert [("first", agent), ("second", agent)] == story.offered()


def test_who_missed_a_call_is_asked_for_it_again_after_a_minute() -> None:
    story = Story()
    agent = story.agent("1001")
    story.caller("first")
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.DECLINED))

    story.wait(61)
    story.agent("3001", "tech")

    assert [("first", agent)] * 2 == story.offered()


def test_an_offer_nobody_ends_is_swept_away() -> None:
    story = Story()
    agent = story.agent("1001")
    story.caller("first")

    story.wait(20.1)

    assert story.revoked == [story.offers[0].offer]
    assert story.state(agent) is AgentState.READY


def test_a_caller_who_leaves_while_the_phone_rings_frees_the_agent_without_a_miss() -> None:
    story = Story()
    agent = story.agent("1001")
    call = story.caller("first")

    story.post(f.CallEnded(call=call, by=f.EndedBy.CALLER))

    assert story.state(agent) is AgentState.READY
    assert story.floor.agents[agent].pause is None
    assert not story.floor.offers
    assert not story.post(f.OfferAccepted(offer=story.offers[0].offer))


def test_a_caller_who_hangs_up_in_a_talk_sends_the_agent_to_wrap_up() -> None:
    story = Story()
    agent = story.agent("1001")
    call = story.caller("first")
    story.connect()

    story.post(f.CallEnded(call=call, by=f.EndedBy.CALLER))
    assert story.state(agent) is AgentState.WRAP_UP

    story.wait(30.1)
    assert story.state(agent) is AgentState.READY


def test_nobody_signed_in_is_said_at_once() -> None:
    story = Story()
    agent = story.agent("1001")
    story.post(f.AgentSignedOut(agent=agent))

    call = story.caller("first")

    assert story.told == [f.GaveUp.NO_AGENTS]
    assert story.floor.calls[call].stage is Stage.LEAVING


def test_a_full_queue_is_said_at_once() -> None:
    document = routing()
    one = replace_group(document, "service", callers_max=1)
    story = Story(one)
    busy = story.agent("1001")
    story.post(f.PhoneChanged(agent=busy, phone=f.Phone.BUSY))
    story.caller("first")

    story.caller("second")

    assert story.told == [f.GaveUp.QUEUE_FULL]


def test_who_waited_too_long_is_told_so_but_never_while_a_phone_rings() -> None:
    story = Story(replace_group(routing(), "service", wait_s_max=10.0))
    agent = story.agent("1001")
    story.caller("first")
    story.wait(12)
    assert f.GaveUp.WAITED_TOO_LONG not in story.told

    story.post(f.OfferMissed(offer=story.offers[0].offer, reason=f.Missed.NO_ANSWER))

    assert story.told[-1] is f.GaveUp.WAITED_TOO_LONG
    assert story.state(agent) is AgentState.PAUSED


def test_when_every_phone_vanished_callers_are_told_so_after_a_minute() -> None:
    story = Story()
    agent = story.agent("1001")
    story.post(f.PhoneChanged(agent=agent, phone=f.Phone.UNREACHABLE))
    story.caller("first")
    story.wait(59)
    assert story.told == []

    story.wait(2)

    assert story.told == [f.GaveUp.NO_AGENTS]


def test_what_an_agent_asks_for_in_a_talk_is_done_when_it_is_over() -> None:
    story = Story()
    agent = story.agent("1001")
    call = story.caller("first")
    story.connect()
    story.post(f.AgentPaused(agent=agent, reason=f.Pause.MEAL))
    assert story.state(agent) is AgentState.TALKING

    story.post(f.TalkEnded(call=call, agent=agent, by=f.EndedBy.AGENT))

    assert story.state(agent) is AgentState.PAUSED
    assert story.floor.agents[agent].pause is f.Pause.MEAL


def test_an_agent_removed_in_a_talk_is_gone_after_it() -> None:
    story = Story()
    agent = story.agent("1001")
    call = story.caller("first")
    story.connect()
    story.post(f.AgentRemoved(agent=agent))
    assert agent in story.floor.agents

    story.post(f.TalkEnded(call=call, agent=agent, by=f.EndedBy.AGENT))

    assert agent not in story.floor.agents


def test_a_built_in_phone_serves_test_calls_alone() -> None:
    story = Story()
    story.agent("990001", test=True)
    story.agent("1001")
    story.caller("real")
    story.caller("trial", test=True)

    assert story.offered() == [("real", "1001"), ("trial", "990001")]


def test_the_only_agent_is_asked_again_though_nothing_else_happens() -> None:
    story = Story()
    agent = story.agent("1001")
    story.caller("first")
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.DECLINED))

    story.wait(59)
    assert story.offered() == [("first", agent)]
    story.wait(2)
    assert story.offered() == [("first", agent)] * 2
