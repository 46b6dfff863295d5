"""Who is received, who is turned away and why, and where the way leads then."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from ccbot.core import facts as f
from ccbot.core.calls import Stage
from ccbot.core.destinations import Way, way_of
from ccbot.core.ids import CallId, GroupKey
from ccbot.core.routing_document import (
    Customers,
    Destination,
    Emergency,
    Hours,
    HoursException,
    Overflow,
    RoutingDocument,
)
from ccbot.speech import catalogue
from tests.core.story import Story, routing

MONDAY_NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
NEVER = Hours(week={}, calendar="none")
OFFICE = Hours(
    week={"mon-fri": ("09:00-18:00",)},
    exceptions=(HoursException(day=date(2026, 11, 24), say="hours.party"),),
)
TO_TECH = Destination(then="group", group="tech")


def document(
    hours: Hours | None = None, *, entry: dict[str, Any] | None = None, **changes: Any
) -> RoutingDocument:
    """The default document, with these hours and changes."""
    found = routing()
    main = found.entries["main"]
    if hours is not None:
        main = replace(main, hours="office")
        changes["hours"] = {"office": hours}
    return replace(found, entries={"main": replace(main, **(entry or {}))}, **changes)


def entered(
    found: RoutingDocument, number: str = "13800001234", at: datetime = MONDAY_NOON
) -> tuple[Story, CallId]:
    story, call = Story(found), CallId("call-1")
    story.now = at
    story.post(f.CallEntered(call=call, leg="leg", dialled_number="1", entry="main", caller=number))
    return story, call


def way(story: Story, call: CallId) -> Way:
    return way_of(story.floor.routing, story.floor.calls[call])


@pytest.mark.parametrize(
    ("hour_utc", "day", "reason"),
    [
        (4, 23, None),
        (10, 23, f.TurnedAway.CLOSED),
        (4, 22, f.TurnedAway.CLOSED),
        (4, 24, f.TurnedAway.EXCEPTION),
    ],
)
def test_the_hours_of_the_entry_decide(
    hour_utc: int, day: int, reason: f.TurnedAway | None
) -> None:
    moment = datetime(2026, 11, day, hour_utc, tzinfo=UTC)
    story, call = entered(document(OFFICE), at=moment)

    assert story.floor.calls[call].turned_away is reason


def test_a_public_holiday_has_words_of_its_own() -> None:
    moment = datetime(2026, 10, 1, 4, tzinfo=UTC)
    holiday = Destination(say="hours.holiday")
    story, call = entered(document(OFFICE, entry={"closed_holiday": holiday}), at=moment)

    assert story.floor.calls[call].turned_away is f.TurnedAway.HOLIDAY
    assert way(story, call) == Way(say=("hours.holiday", "bye"), then="hang_up")


def test_a_holiday_without_words_is_like_any_closed_time() -> None:
    story, call = entered(document(OFFICE), at=datetime(2026, 10, 1, 4, tzinfo=UTC))

    assert way(story, call) == Way(say=("hours.closed", "bye"), then="hang_up")


def test_a_day_closed_by_hand_says_its_own_words_and_goes_the_usual_way() -> None:
    found = document(OFFICE, entry={"closed": replace(TO_TECH, say="hours.closed")})
    story, call = entered(found, at=datetime(2026, 11, 24, 4, tzinfo=UTC))

    assert way(story, call) == Way(say=("hours.party",), then="group", group=GroupKey("tech"))


def test_whoever_is_blocked_is_blocked_before_anything_else() -> None:
    found = document(
        NEVER,
        entry={"language_menu": {"2": "en"}, "closed_keys": {"1": TO_TECH}},
        customers=Customers(blocked=("13800001234",)),
        emergency=Emergency(on=True, then="hang_up"),
    )
    story, call = entered(found)

    assert story.floor.calls[call].stage is Stage.LEAVING
    assert way(story, call) == Way(say=("error.blocked",), then="hang_up")


def test_others_are_asked_for_their_language_before_they_are_turned_away() -> None:
    story, call = entered(document(NEVER, entry={"language_menu": {"2": "en"}}))
    assert story.floor.calls[call].stage is Stage.GREETING

    story.post(f.MenuOpened(call=call))
    story.post(f.LanguageChosen(call=call, language="en", by=f.LanguageChosenBy.KEY))

    assert story.floor.calls[call].turned_away is f.TurnedAway.CLOSED


def test_an_emergency_may_turn_everybody_away() -> None:
    story, call = entered(document(emergency=Emergency(on=True, then="hang_up")))

    assert way(story, call) == Way(say=("notice.emergency", "bye"), then="hang_up")


def test_an_emergency_that_goes_on_turns_nobody_away() -> None:
    story, call = entered(document(emergency=Emergency(on=True)))

    assert story.floor.calls[call].turned_away is None


def test_whoever_came_while_ccbot_was_away_is_judged_by_the_moment_when_she_came() -> None:
    story, call = Story(document(OFFICE)), CallId("call-1")
    story.now = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
    before_six = datetime(2026, 11, 23, 9, 59, tzinfo=UTC)
    story.post(
        f.CallEntered(
            call=call,
            leg="leg",
            dialled_number="1",
            entry="main",
            caller="1",
            degraded=True,
            arrived_at=before_six,
        )
    )

    assert story.floor.calls[call].turned_away is None


def test_outside_the_hours_she_may_choose() -> None:
    story, call = entered(document(NEVER, entry={"closed_keys": {"1": TO_TECH}}))
    assert way(story, call) == Way(say=("hours.closed",), then="ask")

    assert story.post(f.MenuOpened(call=call))
    assert story.post(f.ClosedKeyChosen(call=call, key="1"))

    assert way(story, call) == Way(say=(), then="group", group=GroupKey("tech"))
    assert not story.post(f.MenuOpened(call=call))


def test_whoever_chooses_nothing_goes_the_way_of_closed_hours_without_the_words_again() -> None:
    keys = {"1": TO_TECH}
    story, call = entered(document(NEVER, entry={"closed_keys": keys}))
    story.post(f.MenuOpened(call=call))
    story.post(f.ClosedKeyChosen(call=call, key=None))
    assert way(story, call) == Way(say=("bye",), then="hang_up")

    closed = Destination(say="hours.closed", then="group", group="marketing")
    story, call = entered(document(NEVER, entry={"closed_keys": keys, "closed": closed}))
    story.post(f.MenuOpened(call=call))
    story.post(f.ClosedKeyChosen(call=call, key=None))
    assert way(story, call) == Way(say=(), then="group", group=GroupKey("marketing"))


# ---- overflow ---------------------------------------------------------------------------------


def with_overflow(**ways: Destination) -> RoutingDocument:
    found = routing()
    service = replace(found.groups["service"], overflow=Overflow(**ways), wait_s_max=60)
    return replace(found, groups={**found.groups, "service": service})


def test_an_overflow_keeps_the_time_that_she_has_waited() -> None:
    story = Story(with_overflow(waited_too_long=TO_TECH))
    tech = story.agent("2001", "tech")
    story.post(f.AgentPaused(agent=tech, reason=f.Pause.REST))
    service = story.agent("1001", "service")
    story.post(f.AgentPaused(agent=service, reason=f.Pause.REST))
    first = story.caller("first")
    since = story.now
    story.wait(30)
    second = story.caller("second", "tech")
    story.wait(30)
    assert way(story, first) == Way(say=(), then="group", group=GroupKey("tech"))

    queued = f.CallQueued(call=first, group=GroupKey("tech"), by=f.GroupChosenBy.OVERFLOW)
    assert story.post(queued)

    call = story.floor.calls[first]
    assert (call.stage, call.in_line_since, call.gave_up) == (Stage.WAITING, since, None)
    assert story.floor.ahead_of(call, story.now) == 0
    assert story.floor.ahead_of(story.floor.calls[second], story.now) == 1
    story.wait(599)
    assert call.stage is Stage.WAITING  # the limit of the new group begins anew


def test_no_overflow_leads_back_to_a_group() -> None:
    found = with_overflow(no_agents=TO_TECH)
    tech = replace(
        found.groups["tech"],
        overflow=Overflow(
            no_agents=Destination(say="queue.noagents", then="group", group="service")
        ),
    )
    story = Story(replace(found, groups={**found.groups, "tech": tech}))
    call = story.caller("call-1")
    story.post(f.CallQueued(call=call, group=GroupKey("tech"), by=f.GroupChosenBy.OVERFLOW))

    assert story.floor.calls[call].been_in == ["service", "tech"]
    assert way(story, call) == Way(say=("queue.noagents", "bye"), then="hang_up")


@pytest.mark.parametrize("reason", f.GaveUp)
def test_whomever_ccbot_gives_up_hears_why_and_goodbye(reason: f.GaveUp) -> None:
    story, call = entered(routing())
    story.floor.calls[call].group = GroupKey("service")
    story.floor.calls[call].gave_up = reason
    said = way(story, call).say

    assert len(said) == 2
    assert set(said) <= catalogue.sentences("").keys()


# ---- nobody ready -----------------------------------------------------------------------------


def lazy() -> RoutingDocument:
    found = routing()
    ways = Overflow(not_ready=TO_TECH)
    service = replace(found.groups["service"], overflow=ways, not_ready_s_max=40)
    return replace(found, groups={**found.groups, "service": service})


def gave_up(story: Story, call: CallId) -> f.GaveUp | None:
    return story.floor.calls[call].gave_up


def test_a_caller_is_sent_on_when_nobody_has_been_ready_for_long() -> None:
    story = Story(lazy())
    agent = story.agent("1001")
    story.post(f.AgentPaused(agent=agent, reason=f.Pause.REST))
    call = story.caller("call-1")
    story.wait(39)
    assert gave_up(story, call) is None
    story.wait(1)

    assert gave_up(story, call) is f.GaveUp.NOT_READY
    assert way(story, call) == Way(say=(), then="group", group=GroupKey("tech"))


def test_one_who_talks_or_wraps_up_is_as_good_as_ready() -> None:
    story = Story(lazy())
    story.agent("1001")
    resting = story.agent("1002")
    story.post(f.AgentPaused(agent=resting, reason=f.Pause.REST))
    story.caller("first")
    story.connect()
    second = story.caller("second")
    story.wait(41)

    assert gave_up(story, second) is None


def test_the_span_begins_anew_when_somebody_was_ready_meanwhile() -> None:
    story = Story(lazy())
    agent = story.agent("1001")
    story.post(f.AgentPaused(agent=agent, reason=f.Pause.REST))
    call = story.caller("call-1")
    story.wait(30)
    story.post(f.PhoneChanged(agent=agent, phone=f.Phone.BUSY))
    story.post(f.AgentSignedIn(agent=agent))
    story.post(f.AgentPaused(agent=agent, reason=f.Pause.MEAL))
    story.wait(39)
    assert gave_up(story, call) is None
    story.wait(1)

    assert gave_up(story, call) is f.GaveUp.NOT_READY


def test_without_a_way_she_waits_on() -> None:
    story = Story()
    agent = story.agent("1001")
    story.post(f.AgentPaused(agent=agent, reason=f.Pause.REST))
    call = story.caller("call-1")
    story.wait(599)

    assert gave_up(story, call) is None
    assert not [key for key in story.timers if key[0] == "not_ready"]


def test_with_nobody_signed_in_any_more_it_is_another_matter() -> None:
    story = Story(lazy())
    agent = story.agent("1001")
    story.post(f.AgentPaused(agent=agent, reason=f.Pause.REST))
    call = story.caller("call-1")
    story.wait(10)
    story.post(f.AgentSignedOut(agent=agent))
    story.wait(59)
    assert gave_up(story, call) is None
    story.wait(1)

    assert gave_up(story, call) is f.GaveUp.NO_AGENTS


def test_a_group_outside_its_hours_takes_nobody_in() -> None:
    found = routing()
    service = replace(found.groups["service"], hours="office")
    story = Story(
        replace(found, hours={"office": OFFICE}, groups={**found.groups, "service": service})
    )
    story.agent("1001")
    story.now = MONDAY_NOON
    received = story.caller("call-1")
    story.wait(9 * 3600)
    late = story.caller("call-2")

    assert story.floor.calls[received].group == GroupKey("service")
    assert gave_up(story, late) is f.GaveUp.CLOSED
    assert way(story, late) == Way(say=("hours.closed", "bye"), then="hang_up")
