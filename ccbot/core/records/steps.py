"""What each fact changes in the course of a call, up to the talk and after it."""

from collections.abc import Callable
from typing import Any

from ccbot.core import facts as f
from ccbot.core.ids import OfferId
from ccbot.core.records.course import Asked, Bridged, Course
from ccbot.core.records.outcomes import GAVE_UP, TURNED_AWAY
from ccbot.core.records.rows import SegmentKind

Step = Callable[[Course, Any], None]
"""Takes one kind of fact in."""

_BY_AGENT = {f.Missed.DECLINED, f.Missed.HUNG_UP_AT_ANSWER}
"""Offers that the agent himself ended."""

_BY_CALLER = {f.Withdrawn.CALLER_LEFT, f.Withdrawn.CALLER_CHOSE}
"""Offers that the caller ended; what she does next follows at once."""

_CHOSE = {f.GroupChosenBy.KEY, f.GroupChosenBy.OPERATOR_KEY}


# ---- at the door -----------------------------------------------------------------------------


def _menu_opened(course: Course, _fact: f.MenuOpened) -> None:
    if course.kind is not SegmentKind.MENU:
        course.turn(SegmentKind.MENU, f.EndedBy.SYSTEM)


def _turned_away(course: Course, fact: f.CallTurnedAway) -> None:
    course.not_served = TURNED_AWAY[fact.reason]


def _closed_key_chosen(course: Course, fact: f.ClosedKeyChosen) -> None:
    if course.kind is SegmentKind.MENU:
        by = f.EndedBy.CALLER if fact.key else f.EndedBy.SYSTEM
        course.turn(SegmentKind.GREETING, by)


def _language_chosen(course: Course, fact: f.LanguageChosen) -> None:
    if course.kind is SegmentKind.MENU:
        chose = fact.by is f.LanguageChosenBy.KEY
        course.turn(SegmentKind.GREETING, f.EndedBy.CALLER if chose else f.EndedBy.SYSTEM)


# ---- in the queue ----------------------------------------------------------------------------


def _queued(course: Course, fact: f.CallQueued) -> None:
    if not course.is_there:
        course.groups.append(fact.group)
        return
    by = f.EndedBy.CALLER if fact.by in _CHOSE else f.EndedBy.SYSTEM
    handed_on = course.to_queue and fact.by is f.GroupChosenBy.TRANSFER
    course.queue(fact.group, f.EndedBy.AGENT if handed_on else by)
    course.not_served = None
    course.target, course.to_group, course.sender_left = None, None, False


def _queue_changed(course: Course, fact: f.QueueChanged) -> None:
    chose = fact.by is f.GroupChosenBy.KEY
    course.queue(fact.group, f.EndedBy.CALLER if chose else f.EndedBy.SYSTEM)


def _queue_left(course: Course, fact: f.QueueLeft) -> None:
    course.not_served = GAVE_UP[fact.reason]
    if course.kind is SegmentKind.RINGING:
        course.turn(SegmentKind.WAITING, f.EndedBy.SYSTEM)


def _callback_asked(course: Course, fact: f.CallbackAsked) -> None:
    course.turn(SegmentKind.MENU, fact.by)


def _callback_not_wanted(course: Course, _fact: f.CallbackNotWanted) -> None:
    course.turn(SegmentKind.WAITING, f.EndedBy.SYSTEM)


def _callback_booked(course: Course, _fact: f.CallbackBooked) -> None:
    course.booked = True


def _customer_reached(course: Course, _fact: f.CustomerReached) -> None:
    course.is_there = True


def _callback_given_up(course: Course, fact: f.CallbackGivenUp) -> None:
    course.settled = fact.served_in is not None


def _voicemail_begun(course: Course, fact: f.VoicemailBegun) -> None:
    course.turn(SegmentKind.VOICEMAIL, fact.by)


def _message_left(course: Course, _fact: f.MessageLeft) -> None:
    course.message_left = True


def _message_not_taken(course: Course, fact: f.MessageNotTaken) -> None:
    course.recorder_failed = fact.why is f.NotTaken.FAILED


# ---- offers ----------------------------------------------------------------------------------


def _offer_made(course: Course, fact: f.OfferMade) -> None:
    course.asked[fact.offer] = Asked(fact.agent, len(course.greetings))
    if course.kind is SegmentKind.WAITING:
        course.turn(SegmentKind.RINGING, f.EndedBy.SYSTEM, fact.agent)
        course.ringing = {fact.offer}
    elif course.kind is SegmentKind.RINGING:
        course.ring_together()
        course.ringing.add(fact.offer)


def _offer_missed(course: Course, fact: f.OfferMissed) -> None:
    if course.rings(fact.offer):
        by = f.EndedBy.AGENT if fact.reason in _BY_AGENT else f.EndedBy.SYSTEM
        _rings_no_more(course, fact.offer, by)


def _offer_withdrawn(course: Course, fact: f.OfferWithdrawn) -> None:
    # A caller who left is not waiting again: the ringing lasts until what follows.
    if course.rings(fact.offer) and fact.reason not in _BY_CALLER:
        _rings_no_more(course, fact.offer, f.EndedBy.SYSTEM)
    elif fact.reason in _BY_CALLER:
        course.bridged = None


def _rings_no_more(course: Course, offer: OfferId, by: f.EndedBy) -> None:
    """She waits again when no phone rings for her any more."""
    course.ringing.discard(offer)
    if course.bridged is not None and course.bridged.offer == offer:
        course.bridged = None
    if not course.ringing:
        course.turn(SegmentKind.WAITING, by)


def _offer_bridged(course: Course, fact: f.OfferBridged) -> None:
    if course.rings(fact.offer):
        course.bridged = Bridged(fact.offer, course.now)


def _talk_started(course: Course, fact: f.TalkStarted) -> None:
    if course.rings(fact.offer):
        course.begin_talk(fact.offer)


# ---- the survey ------------------------------------------------------------------------------


def _survey_finished(course: Course, fact: f.SurveyFinished) -> None:
    course.survey = fact


def _survey_resolved(course: Course, fact: f.SurveyResolved) -> None:
    course.resolved = fact.resolved


STEPS: dict[type[f.Fact], Step] = {
    f.MenuOpened: _menu_opened,
    f.CallTurnedAway: _turned_away,
    f.ClosedKeyChosen: _closed_key_chosen,
    f.LanguageChosen: _language_chosen,
    f.CallQueued: _queued,
    f.QueueChanged: _queue_changed,
    f.QueueLeft: _queue_left,
    f.CallbackAsked: _callback_asked,
    f.CallbackNotWanted: _callback_not_wanted,
    f.CallbackBooked: _callback_booked,
    f.CustomerReached: _customer_reached,
    f.CallbackGivenUp: _callback_given_up,
    f.VoicemailBegun: _voicemail_begun,
    f.MessageLeft: _message_left,
    f.MessageNotTaken: _message_not_taken,
    f.OfferMade: _offer_made,
    f.OfferMissed: _offer_missed,
    f.OfferWithdrawn: _offer_withdrawn,
    f.OfferBridged: _offer_bridged,
    f.TalkStarted: _talk_started,
    f.SurveyFinished: _survey_finished,
    f.SurveyResolved: _survey_resolved,
}
