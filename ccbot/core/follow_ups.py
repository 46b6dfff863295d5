"""What is to be done after a call: follow-up tasks, made from the call's facts alone.

Pure, as ``record`` is: made again from the stored facts, a task comes out the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ccbot.core.facts import CallEntered, ReasonLeft, Stamped, SurveyFinished, SurveyStatus
from ccbot.core.ids import CallId
from ccbot.core.record import whole_ms
from ccbot.core.script import LOW_SCORE_MAX

LOW_SCORE_DUE_H = 24
"""A dissatisfied customer is called back within so long."""


class FollowUpKind(StrEnum):
    """Why somebody has to see to it (``follow_ups.kind``)."""

    LOW_SCORE = "low_score"


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUp:
    """A task that a call left behind."""

    call_id: CallId
    kind: FollowUpKind
    created_at: datetime
    due_at: datetime
    reason: str | None
    """The recording in which the customer says why, without ``.wav``."""


def follow_up(facts: Sequence[Stamped]) -> FollowUp | None:
    """The task of one call, from its facts in order; a test call leaves none."""
    call, low_at, reason = None, None, None
    for at, fact in facts:
        match fact:
            case CallEntered(test=False):
                call = fact.call
            case SurveyFinished():
                low_at = whole_ms(at) if _is_low(fact) else None
            case ReasonLeft():
                reason = fact.recording
            case _:
                pass
    if call is None or low_at is None:
        return None
    return FollowUp(
        call_id=call,
        kind=FollowUpKind.LOW_SCORE,
        created_at=low_at,
        due_at=low_at + timedelta(hours=LOW_SCORE_DUE_H),
        reason=reason,
    )


def _is_low(survey: SurveyFinished) -> bool:
    score = survey.score
    answered = survey.status is SurveyStatus.ANSWERED
    return answered and score is not None and 1 <= score <= LOW_SCORE_MAX
