"""A call's row in the log, made from its facts alone.

``record`` is the one place that says what a call was: its outcome, its times, its segments. It is
pure, so a row can be computed again from the stored facts and must come out the same.

All moments are cut to whole milliseconds and never run backwards (a clock that was set back counts
as standing still), so the segments' durations add up to the call's duration exactly.
"""

from collections.abc import Sequence
from dataclasses import replace

from ccbot.core.facts import CallEnded, CallEntered, EndedBy, Outcome, Stamped, SurveyStatus
from ccbot.core.masking import mask
from ccbot.core.records.course import WITH_AN_AGENT, Course
from ccbot.core.records.outcomes import ABANDONED
from ccbot.core.records.recordings import recording_status
from ccbot.core.records.rows import (
    CallRecord,
    NotACallError,
    RecordingStatus,
    SegmentKind,
    sum_ms,
    whole_ms,
    without_empty_survey,
)
from ccbot.core.records.steps import STEPS
from ccbot.core.records.steps_in_talk import STEPS_IN_TALK

_STEPS = {**STEPS, **STEPS_IN_TALK}
"""Facts that are not in it – agents' own, say – change no row."""


def record(facts: Sequence[Stamped]) -> CallRecord:
    """The row of one call, from its facts in order; what follows ``CallEnded`` is left out."""
    if not facts or not isinstance(facts[0].fact, CallEntered):
        raise NotACallError("a call's facts begin with call_entered")
    entered = facts[0].fact
    course = Course(entered, whole_ms(entered.arrived_at or facts[0].at))
    for place, (at, fact) in enumerate(facts[1:], start=1):
        course.now = max(course.now, whole_ms(at))
        if isinstance(fact, CallEnded):
            return replace(_finish(course, fact), recording_status=recording_status(facts[:place]))
        step = _STEPS.get(type(fact))
        if step is not None:
            step(course, fact)
    raise NotACallError(f"{facts[0].fact.call} has not ended")


def _finish(course: Course, fact: CallEnded) -> CallRecord:
    """The call is over now: its row. A caller who left right after they were bridged talked."""
    if course.bridged is not None:
        course.begin_talk(course.bridged.offer)
    unanswered = None if course.answered_here else _not_answered(course, fact)
    status, score = _survey_result(course, fact)
    in_talk = course.kind in WITH_AN_AGENT
    course.close((course.talk_ended_by if in_talk else None) or fact.by)
    segments = without_empty_survey(course.segments, status)
    greeting, entered = course.greeting(), course.entered
    return CallRecord(
        call_id=entered.call,
        entered_at=course.entered_at,
        ended_at=course.now,
        dialled_number=entered.dialled_number,
        caller=entered.caller,
        caller_masked=mask(entered.caller),
        entry_group=course.groups[0] if course.groups else None,
        last_group=course.groups[-1] if course.groups else None,
        outcome=Outcome.ANSWERED if course.in_talk or unanswered is None else unanswered,
        wait_ms=sum_ms(segments, SegmentKind.WAITING, SegmentKind.RINGING),
        talk_ms=sum_ms(segments, SegmentKind.TALK),
        hold_ms=sum_ms(segments, SegmentKind.HOLD),
        agents=tuple(dict.fromkeys(course.in_talk)),
        last_agent=course.owner,
        transfers=course.transfers,
        hung_up_by=course.talk_ended_by or fact.by,
        greeting_variant=greeting.variant if greeting else None,
        greeting_completed=greeting.completed if greeting else None,
        survey_status=status,
        survey_score=score,
        survey_resolved=course.resolved if status is SurveyStatus.ANSWERED else None,
        recording_status=RecordingStatus.OFF,
        degraded=entered.degraded,
        test=entered.test,
        callback_of=entered.callback_of,
        flags=tuple(dict.fromkeys(course.flags)),
        segments=segments,
        unanswered=unanswered,
    )


def _not_answered(course: Course, ended: CallEnded) -> Outcome:
    """What a call is that came to no talk, or to none since she was handed on to a queue.

    A message that was left, or a callback; else our fault, our giving up, or the caller's leaving.
    Who was silent when she was to leave a message has left, too.
    """
    if course.message_left or course.booked:
        return Outcome.VOICEMAIL if course.message_left else Outcome.CALLBACK
    if ended.failed or course.recorder_failed:
        return Outcome.SYSTEM_ERROR
    if not course.is_there:
        return Outcome.SETTLED if course.settled else Outcome.NOT_REACHED
    if course.not_served is not None:
        return course.not_served
    if ended.by is not EndedBy.CALLER and course.kind is not SegmentKind.VOICEMAIL:
        # Nobody chose to end it here: the call was lost on our side.
        return Outcome.SYSTEM_ERROR
    asked_while_waiting = course.kind is SegmentKind.MENU and bool(course.groups)
    return Outcome.ABANDONED_WAITING if asked_while_waiting else ABANDONED[course.kind]


def _survey_result(course: Course, ended: CallEnded) -> tuple[SurveyStatus, int | None]:
    """The survey's status and score.

    Without a result: ``not_offered_caller_left`` when the caller ended the talk, or left a queue
    to which she was handed on; ``hung_up`` when she left after the talk; and ``off`` when no survey
    belongs to the call – it never came to a talk, or a fault of ours ended it.
    """
    if course.survey is not None:
        if course.survey.status is not SurveyStatus.ANSWERED:
            return course.survey.status, None
        score = course.survey.score
        valid = score is not None and 1 <= score <= 5
        return (SurveyStatus.ANSWERED, score) if valid else (SurveyStatus.INVALID, None)
    if not course.in_talk:
        return SurveyStatus.OFF, None
    if (course.talk_ended_by or ended.by) is EndedBy.CALLER:
        return SurveyStatus.NOT_OFFERED_CALLER_LEFT, None
    if ended.by is EndedBy.CALLER:
        return SurveyStatus.HUNG_UP, None
    return SurveyStatus.OFF, None
