"""Offers that come to nothing: misses, rests, and the guard against a slip of the hand."""

import pytest

from ccbot.core import facts as f
from ccbot.core.agents import AgentState
from ccbot.core.ids import CallId, OfferId
from tests.core.story import Story, replace_group, routing


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


def answers(story: Story) -> OfferId:
    """The phone that rings is answered, and customer and agent are bridged."""
    offer = story.offers[-1].offer
    assert story.post(f.OfferAccepted(offer=offer))
    assert story.post(f.OfferBridged(offer=offer))
    return offer


def test_a_talk_is_told_when_the_guard_is_over_and_began_at_the_bridging() -> None:
    story = Story()
    agent = story.agent("1001")
    call = story.caller("first")
    answers(story)
    bridged_at = story.now
    story.wait(0.9)
    assert story.state(agent) is AgentState.OFFERED

    story.wait(0.2)

    assert story.state(agent) is AgentState.TALKING
    assert story.floor.calls[call].talk_started_at == bridged_at


def test_who_hangs_up_as_he_answers_missed_the_call_and_the_next_one_is_rung() -> None:
    story = Story()
    first, second = story.agent("1001"), story.agent("1002")
    call = story.caller("first")
    since = story.floor.calls[call].waiting_since
    answers(story)
    story.wait(0.5)

    miss(story, f.Missed.HUNG_UP_AT_ANSWER)

    assert story.offered() == [(call, first), (call, second)]
    assert story.floor.calls[call].waiting_since == since
    assert story.state(first) is AgentState.READY
    story.caller("second")
    story.wait(9.4)
    assert len(story.offers) == 2
    story.wait(1)
    assert story.offered()[2:] == [("second", first)]


def test_a_late_slip_changes_nothing() -> None:
    story = Story()
    agent = story.agent("1001")
    story.caller("first")
    offer = answers(story)
    story.wait(1.1)

    assert not story.post(f.OfferMissed(offer=offer, reason=f.Missed.HUNG_UP_AT_ANSWER))
    assert story.state(agent) is AgentState.TALKING


def test_a_caller_who_leaves_as_they_are_bridged_had_a_talk() -> None:
    story = Story()
    agent = story.agent("1001")
    call = story.caller("first")
    answers(story)

    story.post(f.CallEnded(call=call, by=f.EndedBy.CALLER))

    assert story.state(agent) is AgentState.WRAP_UP
    assert not story.floor.offers


def test_without_a_guard_every_answer_is_a_talk() -> None:
    story = Story(replace_group(routing(), "service", answer_guard_s=0))
    agent = story.agent("1001")
    story.caller("first")

    answers(story)

    assert story.state(agent) is AgentState.TALKING
