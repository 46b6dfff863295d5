"""A call's stays in queues, and how each ended."""

from datetime import timedelta

import msgspec
from hypothesis import given

from ccbot.core import facts as f
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.records import SegmentKind, record
from ccbot.core.records.queue_entries import EntryEnd, QueueEntry, queue_entries
from tests.core.test_record_properties import T0, calls

CALL = CallId("call-1")
OFFER = OfferId("offer-1")
ENTERED = f.CallEntered(call=CALL, leg="leg", dialled_number="1", entry="main", caller="1")
LEFT = f.CallEnded(call=CALL, by=f.EndedBy.CALLER)
OVER = f.CallEnded(call=CALL, by=f.EndedBy.SYSTEM)


def queued(group: str = "service") -> f.CallQueued:
    return f.CallQueued(call=CALL, group=GroupKey(group), by=f.GroupChosenBy.DEFAULT)


def gave_up(reason: f.GaveUp) -> f.QueueLeft:
    return f.QueueLeft(call=CALL, reason=reason)


TALK = (
    f.OfferMade(offer=OFFER, call=CALL, agent=AgentId("1001")),
    f.OfferBridged(offer=OFFER),
    f.TalkStarted(offer=OFFER),
)


def entries(*facts: f.AnyFact) -> tuple[QueueEntry, ...]:
    """The entries of a call whose facts come ten seconds apart."""
    stamped = [f.Stamped(T0 + timedelta(seconds=10 * n), one) for n, one in enumerate(facts)]
    return queue_entries(stamped, record(stamped))


def told(*facts: f.AnyFact) -> list[tuple[str, str, str, int]]:
    """Group, end, reason and wait in seconds of each."""
    return [
        (one.group_key, one.ended_as.value, one.why, one.wait_ms // 1000) for one in entries(*facts)
    ]


def test_answered_entry_lasts_until_they_are_bridged() -> None:
    [entry] = entries(ENTERED, queued(), *TALK, LEFT)
    assert (entry.ended_as, entry.why, entry.wait_ms) == (EntryEnd.ANSWERED, "answered", 20_000)
    assert (entry.entry_no, entry.agent) == (1, "1001")


def test_caller_who_hangs_up_abandons_the_entry() -> None:
    assert told(ENTERED, queued(), LEFT) == [("service", "abandoned", "abandoned_waiting", 10)]
    ringing = told(ENTERED, queued(), TALK[0], LEFT)
    assert ringing == [("service", "abandoned", "abandoned_ringing", 20)]


def test_entry_ends_when_ccbot_gives_up_and_not_with_the_apology() -> None:
    for reason in f.GaveUp:
        [(_, ended_as, why, wait_s)] = told(ENTERED, queued(), gave_up(reason), OVER)
        named = "after_hours" if reason is f.GaveUp.CLOSED else reason.value
        assert (ended_as, why, wait_s) == ("system", named, 10)


def test_caller_who_hears_that_nobody_comes_and_hangs_up_did_not_abandon() -> None:
    too_long = gave_up(f.GaveUp.WAITED_TOO_LONG)
    [(_, ended_as, why, _)] = told(ENTERED, queued(), too_long, LEFT)
    assert (ended_as, why) == ("system", "waited_too_long")


def test_each_queue_has_an_entry_of_its_own() -> None:
    no_agents = gave_up(f.GaveUp.NO_AGENTS)
    assert told(ENTERED, queued(), no_agents, queued("tech"), *TALK, LEFT) == [
        ("service", "system", "moved", 10),
        ("tech", "answered", "answered", 20),
    ]
    assert told(ENTERED, queued(), queued("tech"), LEFT) == [
        ("service", "system", "moved", 10),
        ("tech", "abandoned", "abandoned_waiting", 10),
    ]


def test_caller_who_is_moved_or_chooses_another_group_has_an_entry_there() -> None:
    changed = f.QueueChanged(call=CALL, group=GroupKey("tech"), by=f.GroupChosenBy.KEY)
    assert told(ENTERED, queued(), changed, *TALK, LEFT) == [
        ("service", "system", "moved", 10),
        ("tech", "answered", "answered", 20),
    ]


TO_TECH = (
    f.TransferAsked(
        call=CALL,
        agent=AgentId("1001"),
        kind=f.TransferKind.BLIND,
        to_group=GroupKey("tech"),
    ),
    f.CallQueued(call=CALL, group=GroupKey("tech"), by=f.GroupChosenBy.TRANSFER),
)
NEXT = OfferId("offer-2")
NEXT_TALK = (
    f.OfferMade(offer=NEXT, call=CALL, agent=AgentId("1002")),
    f.OfferBridged(offer=NEXT),
    f.TalkStarted(offer=NEXT),
)


def test_transfer_to_a_group_makes_a_new_entry() -> None:
    found = entries(ENTERED, queued(), *TALK, *TO_TECH, *NEXT_TALK, LEFT)
    assert [(one.entry_no, one.agent, one.wait_ms) for one in found] == [
        (1, "1001", 20_000),
        (2, "1002", 20_000),
    ]


def test_customer_who_is_handed_on_and_gives_up_abandoned_the_second_entry() -> None:
    assert told(ENTERED, queued(), *TALK, *TO_TECH, LEFT) == [
        ("service", "answered", "answered", 20),
        ("tech", "abandoned", "abandoned_waiting", 10),
    ]
    too_long = gave_up(f.GaveUp.WAITED_TOO_LONG)
    assert told(ENTERED, queued(), *TALK, *TO_TECH, too_long, LEFT)[1:] == [
        ("tech", "system", "waited_too_long", 10)
    ]


def test_message_ends_the_entry_and_silence_is_no_message() -> None:
    begun = f.VoicemailBegun(call=CALL, by=f.EndedBy.CALLER)
    left = f.MessageLeft(call=CALL, recording="one", duration_s=5)
    assert told(ENTERED, queued(), begun, left, OVER) == [("service", "system", "voicemail", 10)]
    silent = told(ENTERED, queued(), begun, OVER)
    assert silent == [("service", "abandoned", "abandoned_waiting", 10)]
    too_long = gave_up(f.GaveUp.WAITED_TOO_LONG)
    after = told(ENTERED, queued(), too_long, begun, left, OVER)
    assert after == [("service", "system", "voicemail", 10)]


def test_stay_ends_when_a_callback_is_booked_and_the_callback_itself_has_none() -> None:
    asked = f.CallbackAsked(call=CALL, by=f.EndedBy.CALLER)
    booked = f.CallbackBooked(call=CALL, callback=CallId("call-2"), number="1")
    found = told(ENTERED, queued(), asked, booked, OVER)
    assert found == [("service", "system", "callback", 20)]
    back = msgspec.structs.replace(ENTERED, callback_of=CallId("call-0"))
    assert told(back, queued(), OVER) == []


def test_call_that_fails_in_the_queue_was_ended_by_the_system() -> None:
    failed = f.CallEnded(call=CALL, by=f.EndedBy.SYSTEM, failed=True)
    assert told(ENTERED, queued(), failed) == [("service", "system", "system_error", 10)]


def test_call_that_never_queued_has_none() -> None:
    assert entries(ENTERED, f.MenuOpened(call=CALL), LEFT) == ()


@given(calls())
def test_entries_of_any_call_lie_in_it_and_agree_with_its_row(facts: list[f.Stamped]) -> None:
    row = record(facts)
    found = queue_entries(facts, row)
    assert [one.entry_no for one in found] == list(range(1, len(found) + 1))
    assert [one.group_key for one in found[:1]] == [g for g in (row.entry_group,) if g]
    taken_over = any(isinstance(one.fact, f.TransferCompleted) for one in facts)
    last = [one.group_key for one in found[-1:]]
    assert taken_over or last == [g for g in (row.last_group,) if g]
    before = row.entered_at
    for one in found:
        assert before <= one.entered_at <= one.ended_at <= row.ended_at
        before = one.ended_at
    answered = [one for one in found if one.ended_as is EntryEnd.ANSWERED]
    assert {one.agent for one in answered} <= set(row.agents)
    assert bool(answered) == bool(row.agents)
    assert sum(one.wait_ms for one in found) <= row.wait_ms
    if all(not isinstance(one.fact, f.QueueLeft) for one in facts):
        assert sum(one.wait_ms for one in found) == row.wait_ms
    talks = {
        one.entry_no: one.started_at
        for one in reversed(row.segments)
        if one.kind is SegmentKind.TALK
    }
    assert {one.entry_no: one.ended_at for one in answered} == talks
