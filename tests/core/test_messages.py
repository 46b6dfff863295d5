"""Leaving a message instead of waiting: who is free then, and what becomes of the call."""

import pytest
from msgspec import structs

from ccbot.core import facts as f
from ccbot.core.agents import AgentState
from ccbot.core.calls import Stage
from ccbot.core.ids import CallId, GroupKey
from ccbot.core.records import CallRecord, record
from ccbot.core.routing_document import Hours, WaitingKey
from ccbot.core.rules.choices import is_choice
from tests.core.story import Story, replace_group, routing, without_groups

CALL = CallId("call-1")
BEGUN = f.VoicemailBegun(call=CALL, by=f.EndedBy.CALLER)
LEFT = f.MessageLeft(call=CALL, recording="ccbot-message-call-1-1", duration_s=4.0)
SHORT = f.MessageNotTaken(call=CALL, why=f.NotTaken.TOO_SHORT)
FAILED = f.MessageNotTaken(call=CALL, why=f.NotTaken.FAILED)


MESSAGE = f.WaitingKeyPressed(call=CALL, key="2")
ELSEWHERE = f.WaitingKeyPressed(call=CALL, key="3")


def with_keys() -> Story:
    """A floor on which callers of ``service`` may leave a message, or go to ``tech``."""
    keys = {"2": WaitingKey(do="voicemail"), "3": WaitingKey(do="group", group="tech")}
    return Story(replace_group(routing(), "service", keys=keys))


def test_agent_who_was_rung_is_free_without_a_miss() -> None:
    story = with_keys()
    agent = story.agent("1001", "service")
    story.caller(CALL, "service")
    assert story.state(agent) is AgentState.OFFERED

    assert story.post(MESSAGE)

    call = story.floor.calls[CALL]
    assert (call.stage, call.offers, story.floor.offers) == (Stage.VOICEMAIL, [], {})
    assert story.state(agent) is AgentState.READY
    assert story.floor.agents[agent].resting_until is None
    story.caller("call-2", "service")
    assert story.state(agent) is AgentState.OFFERED


def test_who_has_been_answered_leaves_no_message() -> None:
    story = with_keys()
    story.agent("1001", "service")
    story.caller(CALL, "service")
    offer = story.offers[-1].offer
    assert story.post(f.OfferAccepted(offer=offer))

    assert not story.post(MESSAGE)
    assert not story.post(BEGUN)

    assert story.floor.calls[CALL].stage is Stage.RINGING


def test_key_that_means_nothing_changes_nothing() -> None:
    story = with_keys()
    agent = story.agent("1001", "service")
    story.caller(CALL, "service")

    assert not story.post(f.WaitingKeyPressed(call=CALL, key="9"))

    assert story.state(agent) is AgentState.OFFERED


def test_in_another_queue_she_stands_where_her_waiting_time_puts_her() -> None:
    story = with_keys()
    technician = story.agent("2001", "tech")
    story.post(f.AgentPaused(agent=technician, reason=f.Pause.MEAL))
    server = story.agent("1001", "service")
    story.post(f.AgentPaused(agent=server, reason=f.Pause.MEAL))
    story.caller(CALL, "service")
    story.wait(20)
    story.caller("call-2", "tech")
    story.wait(20)

    assert story.post(ELSEWHERE)

    assert [one.id for one in story.floor.waiting("tech")] == [CALL, "call-2"]
    story.post(f.AgentSignedIn(agent=technician))
    assert story.offered() == [(CALL, technician)]


@pytest.mark.parametrize("why", ["nobody is there", "the queue is full", "it is closed"])
def test_nobody_loses_her_place_for_a_queue_that_would_not_have_her(why: str) -> None:
    story = with_keys()
    if why == "the queue is full":
        story = Story(replace_group(story.floor.routing, "tech", callers_max=1))
        technician = story.agent("2001", "tech")
        story.post(f.AgentPaused(agent=technician, reason=f.Pause.MEAL))
        story.caller("call-2", "tech")
    if why == "it is closed":
        document = replace_group(story.floor.routing, "tech", hours="never")
        story = Story(structs.replace(document, hours={"never": Hours(week={})}))
        story.agent("2001", "tech")
    agent = story.agent("1001", "service")
    story.caller(CALL, "service")

    assert not story.post(ELSEWHERE)

    assert is_choice(story.floor, story.floor.calls[CALL], ELSEWHERE.key)
    assert story.floor.calls[CALL].group == "service"
    assert story.state(agent) is AgentState.OFFERED


def test_key_without_a_meaning_or_too_late_is_no_choice() -> None:
    keys = {"2": WaitingKey(do="voicemail"), "4": WaitingKey(do="group", group="service")}
    story = Story(replace_group(routing(), "service", keys=keys))
    story.agent("1001", "service")
    story.caller(CALL, "service")
    call = story.floor.calls[CALL]
    assert [is_choice(story.floor, call, key) for key in "249"] == [True, False, False]

    story.post(f.OfferAccepted(offer=story.offers[-1].offer))
    assert not is_choice(story.floor, call, "2")


def rings_beyond_her_limit() -> Story:
    """1001's phone rings for her when she has waited as long as ``service`` lets her."""
    keys = {"3": WaitingKey(do="group", group="marketing")}
    story = Story(replace_group(routing(), "service", keys=keys, wait_s_max=20.0, ring_s=30.0))
    story.agent("1001", "service")
    story.agent("1002", "marketing")
    story.caller("call-0", "marketing")
    story.connect()
    story.caller(CALL, "service")
    story.wait(25)
    assert story.floor.calls[CALL].stage is Stage.RINGING
    return story


def test_whoever_goes_elsewhere_while_a_phone_rings_has_the_limit_of_there() -> None:
    story = rings_beyond_her_limit()
    assert story.post(ELSEWHERE)
    call = story.floor.calls[CALL]
    assert (call.stage, call.group) == (Stage.WAITING, GroupKey("marketing"))


def test_whose_group_is_gone_while_a_phone_rings_goes_where_she_chose() -> None:
    story = rings_beyond_her_limit()
    document = without_groups(routing(), {"service"})
    assert story.post(f.RoutingPublished(version=7, document=document))
    assert document.last_resort("main") == "tech"
    assert story.post(ELSEWHERE)
    call = story.floor.calls[CALL]
    assert (call.stage, call.group) == (Stage.WAITING, GroupKey("marketing"))


def test_nothing_gives_up_a_caller_who_leaves_a_message() -> None:
    story = Story()
    agent = story.agent("1001", "service")
    story.post(f.AgentPaused(agent=agent, reason=f.Pause.MEAL))
    story.caller(CALL, "service")
    assert story.post(BEGUN)
    story.post(f.AgentSignedOut(agent=agent))
    story.wait(3600)
    assert story.floor.calls[CALL].stage is Stage.VOICEMAIL


def row(*facts: f.AnyFact, by: f.EndedBy = f.EndedBy.CALLER) -> CallRecord:
    """The row of a call that came to the asking for a message."""
    story = Story()
    entered = f.CallEntered(call=CALL, leg="leg", dialled_number="1", entry="main", caller="1")
    queued = f.CallQueued(call=CALL, group=GroupKey("service"), by=f.GroupChosenBy.ENTRY)
    told = (entered, queued, BEGUN, *facts, f.CallEnded(call=CALL, by=by))
    return record([f.Stamped(story.now, fact) for fact in told])


@pytest.mark.parametrize(
    ("facts", "by", "outcome"),
    [
        ((), f.EndedBy.CALLER, f.Outcome.ABANDONED_WAITING),
        ((SHORT,), f.EndedBy.CALLER, f.Outcome.ABANDONED_WAITING),
        ((SHORT, SHORT), f.EndedBy.SYSTEM, f.Outcome.ABANDONED_WAITING),
        ((LEFT,), f.EndedBy.CALLER, f.Outcome.VOICEMAIL),
        ((SHORT, LEFT), f.EndedBy.SYSTEM, f.Outcome.VOICEMAIL),
        ((FAILED,), f.EndedBy.SYSTEM, f.Outcome.SYSTEM_ERROR),
    ],
)
def test_outcome_says_whether_a_message_was_left(
    facts: tuple[f.AnyFact, ...], by: f.EndedBy, outcome: f.Outcome
) -> None:
    found = row(*facts, by=by)
    assert (found.outcome, found.agents) == (outcome, ())
    assert [one.kind for one in found.segments] == ["greeting", "waiting", "voicemail"]
    assert found.segments[1].ended_by is f.EndedBy.CALLER
