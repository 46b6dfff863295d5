"""What the facts of a talk change in the course of a call: hold, transfers, its end.

``talk`` and ``hold`` are the owner's, ``consult`` is the sender's, from his asking to what became
of it; all three together are the sender's talk. She who is handed on stays in the same segment
when the sender hangs up while the target's phone rings.
"""

from ccbot.core import facts as f
from ccbot.core.records.course import WITH_AN_AGENT, Course
from ccbot.core.records.rows import SegmentKind
from ccbot.core.records.steps import Step

_BY_TARGET = {f.TransferFailure.DECLINED, f.TransferFailure.TARGET_HUNG_UP}


def _held(course: Course, _fact: f.CallHeld) -> None:
    if course.kind is SegmentKind.TALK:
        course.turn(SegmentKind.HOLD, f.EndedBy.AGENT, course.owner)


def _resumed(course: Course, _fact: f.CallResumed) -> None:
    if course.kind is SegmentKind.HOLD:
        course.turn(SegmentKind.TALK, f.EndedBy.AGENT, course.owner)


def _transfer_asked(course: Course, fact: f.TransferAsked) -> None:
    if course.kind not in WITH_AN_AGENT:
        return
    course.end_transfer()
    course.to_group = fact.to_group
    if fact.kind is f.TransferKind.BLIND and fact.to_group is not None:
        course.to_queue = True  # her waiting begins with the next fact
    elif course.kind is not SegmentKind.CONSULT:
        course.turn(SegmentKind.CONSULT, f.EndedBy.AGENT, course.owner)


def _consult_started(course: Course, fact: f.ConsultStarted) -> None:
    asked = course.asked.get(fact.offer)
    course.target = asked.agent if asked is not None else None


def _swapped(course: Course, fact: f.ConsultSwapped) -> None:
    wanted = SegmentKind.TALK if fact.with_customer else SegmentKind.CONSULT
    if course.kind in WITH_AN_AGENT and course.kind is not wanted:
        course.turn(wanted, f.EndedBy.AGENT, course.owner)


def _conference_started(course: Course, _fact: f.ConferenceStarted) -> None:
    if course.kind is SegmentKind.CONSULT:
        course.turn(SegmentKind.TALK, f.EndedBy.AGENT, course.owner)
    if course.target is not None:
        course.in_talk.append(course.target)


def _consult_ended(course: Course, _fact: f.ConsultEnded) -> None:
    _back_with_owner(course, f.EndedBy.AGENT)
    course.end_transfer()


def _transfer_failed(course: Course, fact: f.TransferFailed) -> None:
    if not course.sender_left:
        by = f.EndedBy.AGENT if fact.why in _BY_TARGET else f.EndedBy.SYSTEM
        _back_with_owner(course, by)
        course.end_transfer()


def _back_with_owner(course: Course, by: f.EndedBy) -> None:
    if course.kind is SegmentKind.CONSULT:
        course.turn(SegmentKind.TALK, by, course.owner)


def _transfer_completed(course: Course, fact: f.TransferCompleted) -> None:
    if course.kind in WITH_AN_AGENT:
        course.close(f.EndedBy.AGENT)
        if course.to_group is not None:
            course.groups.append(course.to_group)
        course.open(SegmentKind.TALK, fact.agent)
        course.transfers += 1
        course.owned_by(fact.agent)


def _taken_over(course: Course, fact: f.CallTakenOver) -> None:
    if course.kind in WITH_AN_AGENT:
        course.turn(SegmentKind.TALK, f.EndedBy.AGENT, fact.supervisor)
        course.owned_by(fact.supervisor)


def _sender_left(course: Course, _fact: f.SenderLeft) -> None:
    course.sender_left = True


def _greeted(course: Course, fact: f.GreetingPlayed) -> None:
    course.greetings.append(fact)


def _talk_ended(course: Course, fact: f.TalkEnded) -> None:
    if course.kind not in WITH_AN_AGENT or course.talk_ended_by is not None:
        return
    if fact.agent == course.owner:
        course.talk_ended_by = fact.by
        if fact.by is not f.EndedBy.CALLER:
            course.turn(SegmentKind.SURVEY, fact.by, course.owner)


def _flagged(course: Course, fact: f.CallFlagged) -> None:
    course.flags.append(fact.flag)


STEPS_IN_TALK: dict[type[f.Fact], Step] = {
    f.CallHeld: _held,
    f.CallResumed: _resumed,
    f.TransferAsked: _transfer_asked,
    f.ConsultStarted: _consult_started,
    f.ConsultSwapped: _swapped,
    f.ConferenceStarted: _conference_started,
    f.ConsultEnded: _consult_ended,
    f.TransferFailed: _transfer_failed,
    f.TransferCompleted: _transfer_completed,
    f.SenderLeft: _sender_left,
    f.CallTakenOver: _taken_over,
    f.GreetingPlayed: _greeted,
    f.TalkEnded: _talk_ended,
    f.CallFlagged: _flagged,
}
