"""Where all are rung: everybody free is asked at once, and exactly one of them wins."""

from typing import Any

import pytest

from ccbot.core import facts as f
from ccbot.core.agents import AgentState
from ccbot.core.calls import Stage
from ccbot.core.ids import AgentId, CallId
from ccbot.core.routing_document import Member
from tests.core.story import NOON, Story, replace_group, routing


def rings_all(**more: Any) -> Story:
    """A floor on which all of ``service`` are rung."""
    return Story(replace_group(routing(), "service", strategy="ring_all", **more))


def three_ring(**more: Any) -> tuple[Story, CallId]:
    """Three agents are rung for one caller."""
    story = rings_all(**more)
    for number in ("1001", "1002", "1003"):
        story.agent(number)
    return story, story.caller("first")


def accept(story: Story, number: int) -> bool:
    return story.post(f.OfferAccepted(offer=story.offers[number].offer))


def states(story: Story) -> list[AgentState]:
    return [one.state for one in story.floor.agents.values()]


def test_everybody_free_is_asked_at_once() -> None:
    story, _ = three_ring()

    assert story.offered() == [("first", "1001"), ("first", "1002"), ("first", "1003")]


def test_agent_who_becomes_free_while_it_rings_joins() -> None:
    story, call = three_ring()

    story.agent("1004")

    assert story.offered()[3:] == [(call, "1004")]


def test_first_to_answer_wins_and_the_others_are_free_at_once() -> None:
    story, call = three_ring()

    assert accept(story, 1)

    assert story.floor.calls[call].offers == [story.offers[1].offer]
    assert story.revoked == [story.offers[0].offer, story.offers[2].offer]
    assert states(story) == [AgentState.READY, AgentState.OFFERED, AgentState.READY]
    assert story.floor.calls[call].stage is Stage.RINGING


def test_losers_neither_rest_nor_have_missed_a_call() -> None:
    story, _ = three_ring(misses_until_not_ready=1)
    accept(story, 1)

    story.caller("second")

    assert story.offered()[3:] == [("second", "1001"), ("second", "1003")]


def test_who_answers_second_is_refused() -> None:
    story, call = three_ring()
    accept(story, 1)

    assert not accept(story, 0)

    assert story.floor.calls[call].answered == story.offers[1].offer


def test_nobody_joins_once_somebody_has_answered() -> None:
    story, _ = three_ring()
    accept(story, 1)

    story.agent("1004")

    assert len(story.offers) == 3


def test_whoever_declines_leaves_the_others_ringing() -> None:
    story, call = three_ring()

    story.post(f.OfferMissed(offer=story.offers[0].offer, reason=f.Missed.DECLINED))

    assert story.floor.calls[call].stage is Stage.RINGING
    assert states(story) == [AgentState.READY, AgentState.OFFERED, AgentState.OFFERED]
    assert accept(story, 2)


def test_when_all_have_missed_it_she_waits_on_in_her_old_place() -> None:
    story, call = three_ring()
    story.wait(15)
    for made in list(story.offers):
        story.post(f.OfferMissed(offer=made.offer, reason=f.Missed.NO_ANSWER))

    assert story.floor.calls[call].stage is Stage.WAITING
    assert story.floor.calls[call].waiting_since == NOON
    assert states(story) == [AgentState.PAUSED] * 3


def test_caller_who_leaves_frees_everybody() -> None:
    story, call = three_ring()

    story.post(f.CallEnded(call=call, by=f.EndedBy.CALLER))

    assert states(story) == [AgentState.READY] * 3
    assert len(story.revoked) == 3
    assert not story.floor.offers
    assert not [key for key in story.timers if key[0] == "offer"]


def test_slip_of_the_winner_rings_the_others_again() -> None:
    story, call = three_ring()
    accept(story, 1)
    story.post(f.OfferBridged(offer=story.offers[1].offer))

    story.post(f.OfferMissed(offer=story.offers[1].offer, reason=f.Missed.HUNG_UP_AT_ANSWER))

    assert story.offered()[3:] == [(call, "1001"), (call, "1003")]


def test_phones_that_join_one_after_the_other_do_not_keep_her_for_ever() -> None:
    story, call = three_ring(wait_s_max=10.0)
    story.wait(10)
    story.agent("1004")
    assert len(story.offers) == 3

    for made in list(story.offers):
        story.post(f.OfferMissed(offer=made.offer, reason=f.Missed.DECLINED))

    assert story.floor.calls[call].gave_up is f.GaveUp.WAITED_TOO_LONG


def test_caller_who_came_later_gets_who_is_left_over() -> None:
    story, _ = three_ring()
    story.caller("second")
    assert len(story.offers) == 3

    accept(story, 0)

    assert story.offered()[3:] == [("second", "1002"), ("second", "1003")]


def test_those_of_a_worse_priority_ring_when_none_of_a_better_one_does() -> None:
    story = rings_all(members={"1003": Member(priority=2)})
    for number in ("1001", "1002", "1003"):
        story.agent(number)
    call = story.caller("first")
    assert story.offered() == [(call, "1001"), (call, "1002")]

    for made in list(story.offers):
        story.post(f.OfferMissed(offer=made.offer, reason=f.Missed.DECLINED))

    assert story.offered()[2:] == [(call, "1003")]


def test_where_talks_are_limited_the_phones_of_one_call_count_once() -> None:
    story, _ = three_ring(talks_max=1)

    story.caller("second")

    assert len(story.offers) == 3


def test_each_offer_has_its_own_deadline() -> None:
    story = rings_all()
    story.agent("1001")
    call = story.caller("first")
    story.wait(10)
    story.agent("1002")

    story.wait(10.1)

    assert story.floor.calls[call].offers == [story.offers[1].offer]


@pytest.mark.parametrize("second", ["1001", "1002"])
def test_without_the_strategy_nobody_is_rung_beside_another(second: str) -> None:
    story = Story()
    story.agent("1001")
    call = story.caller("first")
    story.agent("1002")
    stray = f.OfferMade(offer=story.offers[0].offer, call=call, agent=AgentId(second))

    assert not story.post(stray)
