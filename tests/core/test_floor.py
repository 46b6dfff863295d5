"""The floor: who gets whom, and what becomes of late facts."""

import msgspec
import pytest

from ccbot.core import facts as f
from ccbot.core.agents import AgentState
from ccbot.core.calls import Stage
from ccbot.core.ids import CallId, GroupKey
from ccbot.core.routing_document import RoutingDocument
from tests.core.story import Story, routing

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


def replace_group(document: RoutingDocument, key: str, **changes: float) -> RoutingDocument:
    groups = dict(document.groups)
    groups[key] = msgspec.structs.replace(groups[key], **changes)
    return msgspec.structs.replace(document, groups=groups)


def test_the_only_agent_is_asked_again_though_nothing_else_happens() -> None:
    story = Story()
    agent = story.agent("1001")
    story.caller("first")
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.DECLINED))

    story.wait(59)
    assert story.offered() == [("first", agent)]
    story.wait(2)
    assert story.offered() == [("first", agent)] * 2


@pytest.mark.parametrize(
    ("reason", "rest_s"),
    [
        (f.Missed.DECLINED, 10),
        (f.Missed.BUSY, 60),
        (f.Missed.UNREACHABLE, 30),
        (f.Missed.PHONE_ERROR, 30),
        (f.Missed.FAILED, 10),
    ],
)
def test_each_way_to_miss_has_a_rest_of_its_own(reason: f.Missed, rest_s: float) -> None:
    story = Story()
    agent = story.agent("1001")
    story.caller("first")
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=reason))
    story.caller("second")
    assert story.state(agent) is AgentState.READY

    story.wait(rest_s - 0.1)
    assert story.offered() == [("first", agent)]
    story.wait(0.2)
    assert len(story.offers) == 2


def test_a_phone_that_could_not_be_rung_is_offered_calls_as_soon_as_it_is_back() -> None:
    story = Story()
    agent = story.agent("1001")
    story.caller("first")
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.UNREACHABLE))
    story.caller("second")
    story.post(f.PhoneChanged(agent=agent, phone=f.Phone.UNREACHABLE))
    story.wait(5)
    assert story.offered() == [("first", agent)]

    story.post(f.PhoneChanged(agent=agent, phone=f.Phone.IDLE))

    assert story.offered()[1:] == [("second", agent)]


def test_a_phone_that_is_back_does_not_end_the_rest_after_a_refusal() -> None:
    story = Story()
    agent = story.agent("1001")
    story.caller("first")
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.DECLINED))
    story.caller("second")

    for phone in (f.Phone.UNREACHABLE, f.Phone.IDLE):
        story.post(f.PhoneChanged(agent=agent, phone=phone))
    assert story.offered() == [("first", agent)]


def test_signing_in_ends_a_rest() -> None:
    story = Story()
    agent = story.agent("1001")
    story.caller("first")
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.BUSY))
    story.caller("second")

    story.post(f.AgentSignedIn(agent=agent))

    assert story.offered()[1:] == [("second", agent)]


def miss(story: Story, reason: f.Missed = f.Missed.NO_ANSWER) -> None:
    """The phone that rings now rings in vain."""
    assert story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=reason))


def lets_two_ring() -> Story:
    """A floor on which the second miss counts."""
    return Story(replace_group(routing(), "service", misses_until_not_ready=2))


def test_where_two_misses_are_allowed_the_second_in_a_row_makes_not_ready() -> None:
    story = lets_two_ring()
    agent = story.agent("1001")
    story.caller("first")
    miss(story)
    assert story.state(agent) is AgentState.READY
    story.caller("second")
    assert len(story.offers) == 1

    story.wait(10.1)
    miss(story)

    assert story.state(agent) is AgentState.PAUSED
    assert story.floor.agents[agent].miss_unheard


@pytest.mark.parametrize(
    "reason", [one for one in f.Missed if one is not f.Missed.NO_ANSWER], ids=str
)
def test_only_ringing_in_vain_counts_as_a_miss(reason: f.Missed) -> None:
    story = Story()
    agent = story.agent("1001")
    story.caller("first")

    miss(story, reason)

    assert story.state(agent) is AgentState.READY
    assert story.floor.agents[agent].misses == 0


def test_an_answer_and_every_change_of_state_end_the_count_of_misses() -> None:
    story = lets_two_ring()
    agent = story.agent("1001")
    for number, does in enumerate((f.AgentSignedIn, f.AgentSignedOut, f.OfferAccepted)):
        story.caller(f"call-{number}")
        miss(story)
        assert story.floor.agents[agent].misses == 1
        if does is f.OfferAccepted:
            story.wait(10.1)
            story.caller("answered")
            story.post(f.OfferAccepted(offer=story.offers[-1].offer))
        else:
            story.post(does(agent=agent))
        assert story.floor.agents[agent].misses == 0
        story.post(f.CallEnded(call=CallId(f"call-{number}"), by=f.EndedBy.CALLER))
        story.post(f.AgentSignedIn(agent=agent))


def test_who_asked_for_a_break_while_his_phone_rang_has_that_break() -> None:
    story = Story()
    agent = story.agent("1001")
    story.caller("first")
    story.post(f.AgentPaused(agent=agent, reason=f.Pause.MEAL))

    miss(story)

    assert story.floor.agents[agent].pause is f.Pause.MEAL
    assert not story.floor.agents[agent].miss_unheard


def test_that_an_agent_missed_a_call_is_to_be_told_once() -> None:
    story = Story()
    agent = story.agent("1001")
    story.caller("first")
    miss(story)
    assert story.post(f.MissHeard(agent=agent))

    assert not story.post(f.MissHeard(agent=agent))
