"""Callbacks on the floor: none that was promised is lost, whatever happens to its group."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from ccbot.core import facts as f
from ccbot.core.calls import Call, Stage
from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.core.routing_document import Callback, Hours, RoutingDocument, WaitingKey
from ccbot.core.snapshot import floor_of, snapshot
from tests.core.story import Story, replace_group, routing, without_groups

FIRST, BACK = CallId("first"), CallId("back")


def asks(story: Story) -> None:
    """A caller of tech is asked whether she wants to be called back."""
    story.caller("first", "tech", number="13800001234")
    assert story.post(f.CallbackAsked(call=FIRST, by=f.EndedBy.CALLER))


def books(story: Story, callback: CallId = BACK) -> bool:
    number = "13800001234"
    return story.post(f.CallbackBooked(call=FIRST, callback=callback, number=number))


def publish(story: Story, document: RoutingDocument) -> None:
    assert story.post(f.RoutingPublished(version=7, document=document))


def busy_story() -> Story:
    story = Story()
    story.agent("1001", "tech", "service")
    story.caller("zero", "tech", number="13900001234")
    story.connect()
    return story


def back(story: Story) -> Call:
    return story.floor.calls[BACK]


def test_whose_group_goes_while_she_is_asked_is_owed_by_the_group_of_last_resort() -> None:
    story = busy_story()
    asks(story)
    publish(story, without_groups(routing(), {"tech"}))
    assert books(story)
    assert (back(story).stage, back(story).group) == (Stage.WAITING, GroupKey("service"))


def test_callback_whose_group_goes_while_nobody_is_signed_in_waits_on() -> None:
    story = busy_story()
    asks(story)
    assert books(story)
    story.post(f.CallEnded(call=CallId("zero"), by=f.EndedBy.CALLER))
    story.post(f.CallEnded(call=FIRST, by=f.EndedBy.SYSTEM))
    story.post(f.AgentSignedOut(agent=AgentId("1001")))
    publish(story, without_groups(routing(), {"tech"}))
    assert (back(story).stage, back(story).group) == (Stage.WAITING, GroupKey("service"))
    story.wait(3_600)
    assert back(story).stage is Stage.WAITING


def test_callbacks_that_wait_turn_no_caller_away_from_a_full_queue() -> None:
    story = Story(replace_group(routing(), "tech", callers_max=1))
    story.agent("1001", "tech")
    story.caller("zero", "tech", number="13900001234")
    story.connect()
    asks(story)
    assert books(story)
    story.post(f.CallEnded(call=FIRST, by=f.EndedBy.SYSTEM))
    live = story.caller("live", "tech", number="13900005678")
    assert story.floor.calls[live].stage is Stage.WAITING
    late = story.caller("late", "tech", number="13900005679")
    assert story.floor.calls[late].gave_up is f.GaveUp.QUEUE_FULL


def test_callback_that_is_being_given_up_takes_no_other_request_along() -> None:
    story = busy_story()
    asks(story)
    assert books(story)
    assert story.post(f.CallbackGivenUp(call=BACK))
    story.floor.calls[FIRST].booked = None
    assert books(story, CallId("again"))
    assert story.floor.calls[CallId("again")].stage is Stage.WAITING


def restarted_between(story: Story, fact: f.AnyFact) -> None:
    """The process died as soon as this fact was on file; what follows from it was lost."""
    assert story.floor.apply(fact, story.now) is not None
    story.floor = floor_of(snapshot(story.floor))
    story.timers.clear()


def test_restart_before_the_callback_is_on_file_asks_the_caller_again() -> None:
    story = busy_story()
    asks(story)
    restarted_between(
        story, f.CallbackBooked(call=FIRST, callback=CallId("lost"), number="13800001234")
    )
    assert story.post(f.CallTakenUp(call=FIRST))
    assert story.floor.calls[FIRST].booked is None
    assert books(story)
    assert story.floor.calls[FIRST].booked == BACK
    assert back(story).stage is Stage.WAITING


def test_restart_before_the_callback_is_in_its_queue_brings_it_there() -> None:
    story = busy_story()
    asks(story)
    entered = f.CallEntered(
        call=BACK,
        leg="",
        dialled_number="1",
        entry="main",
        caller="13800001234",
        callback_of=FIRST,
    )
    restarted_between(story, entered)
    story.post(f.CallEnded(call=FIRST, by=f.EndedBy.CALLER))
    assert story.post(f.CallTakenUp(call=BACK))
    assert (back(story).stage, back(story).group) == (Stage.WAITING, GroupKey("tech"))


def test_restart_in_the_middle_of_a_publication_leaves_nobody_in_a_group_that_is_gone() -> None:
    story = busy_story()
    story.caller("first", "tech")
    document = without_groups(routing(), {"tech"})
    restarted_between(story, f.RoutingPublished(version=7, document=document))
    assert story.post(f.CallTakenUp(call=FIRST))
    assert story.floor.calls[FIRST].group == GroupKey("service")


DAYS = {"wed": 25, "thu": 26, "fri": 27}
"""In November."""

WEDNESDAYS = Hours(week={"wed": ("09:00-18:00",)})
NEVER = Hours(week={}, calendar="none")


@pytest.mark.parametrize(("hours", "promised"), [(NEVER, False), (WEDNESDAYS, True)])
def test_nobody_is_promised_a_callback_where_the_hours_never_open(
    hours: Hours, promised: bool
) -> None:
    """It is eight on a Monday evening."""
    keys = {"1": WaitingKey(do="callback")}
    document = replace(
        replace_group(routing(), "tech", keys=keys),
        hours={"some": hours},
        callback=Callback(hours="some"),
    )
    story = Story(document)
    story.agent("1001", "tech")
    story.caller("first", "tech", number="13800001234")
    pressed = f.WaitingKeyPressed(call=FIRST, key="1", may_call_out=True)
    assert story.post(pressed) is promised
    stage = story.floor.calls[FIRST].stage
    assert stage is (Stage.CALLBACK if promised else Stage.RINGING)


@pytest.mark.parametrize(
    ("of_callbacks", "of_group", "of_entry", "opens"),
    [
        ("wed", "thu", "fri", "wed"),
        (None, "thu", "fri", "thu"),
        (None, None, "fri", "fri"),
    ],
)
def test_a_callback_waits_for_the_hours_of_callbacks_else_of_the_group_else_of_the_entry(
    of_callbacks: str | None, of_group: str | None, of_entry: str | None, opens: str
) -> None:
    """It is eight on a Monday evening, and an agent is at work still."""
    document = replace_group(routing(), "tech", hours=of_group)
    main = replace(document.entries["main"], hours=of_entry)
    story = Story(
        replace(
            document,
            entries={**document.entries, "main": main},
            hours={day: Hours(week={day: ("09:00-18:00",)}) for day in ("wed", "thu", "fri")},
            callback=Callback(hours=of_callbacks, kept_h=1),
        )
    )
    story.post(f.CallEntered(call=FIRST, leg="x", dialled_number="1", entry="main", caller="1"))
    call = story.floor.calls[FIRST]
    call.stage, call.group = Stage.CALLBACK, GroupKey("tech")
    assert books(story)
    story.post(f.CallEnded(call=FIRST, by=f.EndedBy.SYSTEM))
    story.agent("1001", "tech")
    assert (back(story).stage, story.offered()) == (Stage.RESTING, [])
    assert back(story).due_at == datetime(2026, 11, DAYS[opens], 1, tzinfo=UTC)
    story.wait(4 * 24 * 3600)
    assert story.offered()[0] == (BACK, "1001")


def test_hours_that_are_closed_take_nothing_from_the_time_for_which_it_is_kept() -> None:
    """It is eight on a Monday evening; open are two hours a day."""
    hours = Hours(week={"mon-sun": ("09:00-11:00",)}, calendar="none")
    document = replace(
        routing(), hours={"short": hours}, callback=Callback(hours="short", kept_h=5)
    )
    story = Story(document)
    story.agent("1002", "tech")
    story.caller("first", "tech", number="13800001234")
    story.post(f.AgentPaused(agent=AgentId("1002"), reason=f.Pause.REST))
    story.floor.calls[FIRST].stage = Stage.CALLBACK
    assert books(story)
    story.post(f.CallEnded(call=FIRST, by=f.EndedBy.SYSTEM))
    story.wait((2 * 24 + 14) * 3600 - 60)  # one minute to ten on Thursday
    assert back(story).stage is not Stage.LEAVING
    story.wait(60)
    assert back(story).stage is Stage.LEAVING


def test_whom_an_overflow_leads_to_a_callback_that_cannot_be_kept_is_not_asked() -> None:
    hours = {"never": NEVER}
    story = Story(replace(routing(), hours=hours, callback=Callback(hours="never")))
    story.caller("first", "tech", number="13800001234")  # nobody is signed in
    assert story.floor.calls[FIRST].stage is Stage.LEAVING
    assert not story.post(f.CallbackAsked(call=FIRST, by=f.EndedBy.SYSTEM))


@pytest.mark.parametrize("number", ["13800001234", "+8613800001234"])
@pytest.mark.parametrize("rings", [False, True])
def test_who_calls_again_and_is_served_is_not_called_back_any_more(
    number: str, rings: bool
) -> None:
    story = busy_story()
    asks(story)
    assert books(story)
    story.post(f.CallEnded(call=FIRST, by=f.EndedBy.SYSTEM))
    if rings:
        story.agent("1002", "tech")
        assert story.offered()[-1] == (BACK, "1002")
    again = story.caller("again", "tech", number=number)
    story.agent("1003", "tech")
    assert story.offered()[-1] == (again, "1003")
    story.connect()
    assert back(story).stage is Stage.LEAVING
    assert not story.floor.calls[BACK].offers


def test_what_another_group_owes_her_is_still_owed() -> None:
    story = busy_story()
    asks(story)
    assert books(story)
    story.post(f.CallEnded(call=FIRST, by=f.EndedBy.SYSTEM))
    story.agent("1002", "marketing")
    story.caller("again", "marketing", number="13800001234")
    story.connect()
    assert back(story).stage is Stage.WAITING


def test_nobody_is_called_while_she_is_on_the_line_and_her_place_is_hers() -> None:
    story = busy_story()
    asks(story)
    since = story.floor.calls[FIRST].in_line_since
    assert books(story)
    story.wait(30)
    story.agent("1002", "tech")
    assert (BACK, "1002") not in story.offered()
    story.post(f.CallEnded(call=FIRST, by=f.EndedBy.SYSTEM))
    assert story.offered()[-1] == (BACK, "1002")
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.NO_ANSWER))
    again = story.caller("again", "tech", number="+8613800001234")
    call = story.floor.calls[again]
    assert call.in_line_since == since
    assert story.floor.ahead_of(call, story.now) == 0
    story.post(f.AgentSignedIn(agent=AgentId("1002")))
    assert story.offered()[-1] == (again, "1002")


def test_one_callback_is_open_for_a_number_with_the_code_of_the_country_and_without() -> None:
    story = busy_story()
    asks(story)
    assert books(story)
    other = story.caller("other", "tech", number="+8613800001234")
    assert story.post(f.CallbackAsked(call=other, by=f.EndedBy.CALLER))
    booked = f.CallbackBooked(call=other, callback=CallId("two"), number="+8613800001234")
    assert story.post(booked)
    assert story.floor.calls[other].booked == BACK
