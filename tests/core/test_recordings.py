"""What is recorded, from when to when, and what the log says of it."""

from datetime import timedelta

import pytest

from ccbot.core import facts as f
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.kinds import RecordingFault, ResumedBy, Sides, TransferKind, TransferReason
from ccbot.core.recordings import snoops_of, to_be_recorded
from ccbot.core.records import record
from ccbot.core.records.recordings import kept_days, taped
from tests.core.story import NOON, Story, replace_group, routing

CALL, AGENT = CallId("call-1"), AgentId("1001")
ANNOUNCED = f.RecordingAnnounced(call=CALL)
FIRST, SECOND = "ccbot-tape-call-1-1", "ccbot-tape-call-1-2"
BEGUN = f.RecordingBegun(call=CALL, name=FIRST, sides=Sides.MIXED)
PAUSED = f.RecordingPaused(call=CALL, agent=AGENT)
RESUMED = f.RecordingResumed(call=CALL, by=ResumedBy.AGENT)


def failed(why: RecordingFault, name: str = FIRST) -> f.RecordingFailed:
    return f.RecordingFailed(call=CALL, name=name, why=why)


def answered(recording: str = "mixed", *, announced: bool = True) -> Story:
    """An agent has answered; customer and agent do not hear each other yet."""
    story = Story(replace_group(routing(), "service", recording=recording))
    story.agent(AGENT, "service")
    story.caller(CALL, "service")
    if announced:
        assert story.post(ANNOUNCED)
    assert story.post(f.OfferAccepted(offer=offer_of(story)))
    return story


def talking(recording: str = "mixed") -> Story:
    story = answered(recording)
    assert story.post(f.OfferBridged(offer=offer_of(story)))
    assert story.post(f.TalkStarted(offer=offer_of(story)))
    return story


def offer_of(story: Story) -> OfferId:
    return story.offers[-1].offer


def wanted(story: Story) -> Sides | None:
    return to_be_recorded(story.floor, story.floor.calls[CALL])


def test_is_recorded_from_the_moment_at_which_they_hear_each_other() -> None:
    story = answered()
    assert wanted(story) is None

    assert story.post(f.OfferBridged(offer=offer_of(story)))

    assert wanted(story) is Sides.MIXED
    assert story.post(f.TalkStarted(offer=offer_of(story)))
    assert wanted(story) is Sides.MIXED
    assert story.post(f.TalkEnded(call=CALL, agent=AGENT, by=f.EndedBy.AGENT))
    assert wanted(story) is None


def test_a_group_says_what_is_written() -> None:
    assert wanted(talking("two_sides")) is Sides.TWO_SIDES
    assert wanted(talking("off")) is None


def test_nothing_is_recorded_that_was_not_announced() -> None:
    story = answered(announced=False)
    assert story.post(f.OfferBridged(offer=offer_of(story)))
    assert wanted(story) is None

    assert story.post(ANNOUNCED)

    assert wanted(story) is Sides.MIXED
    assert not story.post(ANNOUNCED)


def test_a_pause_lasts_until_the_agent_ends_it() -> None:
    story = talking()
    assert story.post(PAUSED)
    assert wanted(story) is None
    assert not story.post(PAUSED)

    assert story.post(RESUMED)

    assert wanted(story) is Sides.MIXED
    assert not story.post(RESUMED)
    assert ("pause", CALL) not in story.timers


def test_a_pause_ends_by_itself() -> None:
    story = talking()
    assert story.post(PAUSED)
    story.wait(179)
    assert wanted(story) is None

    story.wait(2)

    assert wanted(story) is Sides.MIXED


def test_a_pause_goes_on_after_a_restart_and_ends_when_it_would_have() -> None:
    story = talking()
    assert story.post(PAUSED)
    story.wait(100)
    story.timers.clear()
    assert story.post(f.CallTakenUp(call=CALL))

    assert wanted(story) is None
    assert story.timers["pause", CALL].at == NOON + timedelta(seconds=180)


def test_nobody_is_told_of_a_pause_where_nothing_is_recorded() -> None:
    assert not talking("off").post(PAUSED)
    assert not answered().post(PAUSED)


def test_the_timer_of_a_pause_goes_with_the_call() -> None:
    story = talking()
    assert story.post(PAUSED)
    assert story.post(f.CallEnded(call=CALL, by=f.EndedBy.CALLER))
    assert ("pause", CALL) not in story.timers


def test_parts_count_from_one_and_no_name_is_used_twice() -> None:
    story = talking("two_sides")
    assert snoops_of(story.floor.calls[CALL]) == frozenset()
    assert story.post(BEGUN)
    assert not story.post(BEGUN)

    second = f.RecordingBegun(call=CALL, name=SECOND, sides=Sides.TWO_SIDES)
    assert story.post(second)

    assert snoops_of(story.floor.calls[CALL]) == {f"{SECOND}-in", f"{SECOND}-out"}


def test_after_three_failures_nobody_tries_again() -> None:
    story = talking()
    for _ in range(2):
        assert story.post(failed(RecordingFault.REFUSED))
        assert wanted(story) is Sides.MIXED

    assert story.post(failed(RecordingFault.REFUSED))

    assert wanted(story) is None


def test_a_full_disk_is_not_tried_again() -> None:
    story = talking()
    assert story.post(failed(RecordingFault.DISK_FULL))
    assert wanted(story) is None


# ---- the log ------------------------------------------------------------------------------------

COURSE: tuple[f.AnyFact, ...] = (
    f.CallEntered(call=CALL, leg="x", dialled_number="1", entry="main", caller="1", test=False),
    ANNOUNCED,
    f.CallQueued(call=CALL, group=GroupKey("service"), by=f.GroupChosenBy.KEY),
    f.OfferMade(offer=OfferId("offer-1"), call=CALL, agent=AGENT),
    f.OfferBridged(offer=OfferId("offer-1")),
)
TALK = f.TalkStarted(offer=OfferId("offer-1"))
OVER = f.CallEnded(call=CALL, by=f.EndedBy.CALLER)


def stamped(*more: f.AnyFact) -> list[f.Stamped]:
    facts = (*COURSE, *more, OVER)
    return [f.Stamped(NOON + timedelta(seconds=n), fact) for n, fact in enumerate(facts)]


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ((TALK,), "off"),
        ((BEGUN, TALK), "complete"),
        ((BEGUN, TALK, PAUSED, RESUMED), "partial"),
        ((BEGUN, TALK, failed(RecordingFault.LOST)), "partial"),
        ((BEGUN, failed(RecordingFault.REFUSED), TALK), "failed"),
        ((failed(RecordingFault.DISK_FULL), TALK), "failed"),
    ],
)
def test_the_log_tells_what_became_of_the_recording(
    facts: tuple[f.AnyFact, ...], status: str
) -> None:
    assert record(stamped(*facts)).recording_status == status


def test_what_follows_the_end_of_a_call_is_not_in_its_row() -> None:
    late = f.Stamped(NOON + timedelta(seconds=99), failed(RecordingFault.LOST))
    assert record([*stamped(BEGUN, TALK), late]).recording_status == "complete"


def test_facts_tell_the_parts_and_what_nobody_is_to_hear() -> None:
    told = taped(stamped(BEGUN, TALK, PAUSED, RESUMED, PAUSED))
    assert [part.name for part in told.parts] == [FIRST]
    assert [(since - NOON, until and until - NOON) for since, until in told.pauses] == [
        (timedelta(seconds=7), timedelta(seconds=8)),
        (timedelta(seconds=9), None),
    ]
    assert (told.agents, told.groups) == ((AGENT,), (GroupKey("service"),))


def test_a_group_that_took_her_over_and_a_supervisor_who_did_have_the_recording_too() -> None:
    consulted, boss, tech = AgentId("2001"), AgentId("8001"), GroupKey("tech")
    asked = f.TransferAsked(call=CALL, agent=AGENT, kind=TransferKind.CONSULT, to_group=tech)
    given_up = taped(stamped(BEGUN, TALK, asked))
    assert given_up.groups == (GroupKey("service"),)
    told = taped(
        stamped(
            BEGUN,
            TALK,
            asked,
            f.TransferCompleted(call=CALL, agent=consulted),
            f.CallTakenOver(call=CALL, supervisor=boss, agent=consulted, leg="leg"),
        )
    )
    assert told.groups == (GroupKey("service"), tech)
    assert told.agents == (AGENT, consulted, boss)
    days = routing().recording.retention_days
    assert kept_days(told, days, {tech: "refund"}) == ("refund", 730)


def test_the_longest_class_counts() -> None:
    days = routing().recording.retention_days
    handed_on = f.TransferAsked(
        call=CALL, agent=AGENT, kind=TransferKind.BLIND, reason=TransferReason.REFUND
    )
    ordinary, refund = taped(stamped(TALK)), taped(stamped(TALK, handed_on))
    own = {GroupKey("service"): "service"}

    assert kept_days(ordinary, days, own) == ("service", 180)
    assert kept_days(refund, days, own) == ("refund", 730)
    assert kept_days(ordinary, days, {GroupKey("service"): "complaint"}) == ("complaint", 730)
