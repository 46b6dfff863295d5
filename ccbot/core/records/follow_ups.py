"""What is to be done after a call: follow-up tasks, made from the call's facts alone.

Pure, as ``record`` is: made again from the stored facts, a task comes out the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ccbot.core.facts import (
    CallEntered,
    MessageLeft,
    ReasonLeft,
    Stamped,
    SurveyFinished,
    SurveyStatus,
)
from ccbot.core.ids import CallId
from ccbot.core.records import whole_ms
from ccbot.core.script import LOW_SCORE_MAX

LOW_SCORE_DUE_H = 24
"""A dissatisfied customer is called back within so long."""


class FollowUpKind(StrEnum):
    """Why somebody has to see to it (``follow_ups.kind``)."""

    LOW_SCORE = "low_score"
    MESSAGE = "message"


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUp:
    """A task that a call left behind."""

    call_id: CallId
    kind: FollowUpKind
    created_at: datetime
    due_at: datetime
    reason: str | None
    """The recording in which the customer says what it is about, without ``.wav``."""


def follow_up(facts: Sequence[Stamped]) -> FollowUp | None:
    """The task of one call, from its facts in order; a test call leaves none."""
    task, is_test = None, False
    for at, fact in facts:
        match fact:
            case CallEntered():
                is_test = fact.test
            case SurveyFinished():
                low = _is_low(fact)
                task = _due(FollowUpKind.LOW_SCORE, fact.call, at, LOW_SCORE_DUE_H) if low else None
            case ReasonLeft() if task is not None:
                task = replace(task, reason=fact.recording)
            case MessageLeft():
                task = _due(FollowUpKind.MESSAGE, fact.call, at, fact.due_h, fact.recording)
            case _:
                pass
    return None if is_test else task


def _due(
    kind: FollowUpKind, call: CallId, at: datetime, due_h: float, recording: str | None = None
) -> FollowUp:
    created_at = whole_ms(at)
    due_at = whole_ms(created_at + timedelta(hours=due_h))
    return FollowUp(call_id=call, kind=kind, created_at=created_at, due_at=due_at, reason=recording)


def _is_low(survey: SurveyFinished) -> bool:
    score = survey.score
    answered = survey.status is SurveyStatus.ANSWERED
    return answered and score is not None and 1 <= score <= LOW_SCORE_MAX
