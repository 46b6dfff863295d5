"""The rows of a call in the log: ``call_log`` and ``call_segments``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from ccbot.core.facts import (
    EndedBy,
    Flag,
    GreetingVariant,
    Outcome,
    SurveyStatus,
)
from ccbot.core.ids import AgentId, CallId, GroupKey


class SegmentKind(StrEnum):
    """What the customer went through (``call_segments.kind``)."""

    GREETING = "greeting"
    MENU = "menu"
    WAITING = "waiting"
    RINGING = "ringing"
    TALK = "talk"
    HOLD = "hold"
    CONSULT = "consult"
    SURVEY = "survey"
    VOICEMAIL = "voicemail"


class RecordingStatus(StrEnum):
    """What became of the recording (``call_log.recording_status``)."""

    OFF = "off"
    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """A stretch of a call; the next one begins where it ends."""

    seq: int
    kind: SegmentKind
    started_at: datetime
    ended_at: datetime
    group_key: GroupKey | None
    agent: AgentId | None
    ended_by: EndedBy
    entry_no: int = 0
    """The stay in a queue that it belongs to or follows (``QueueEntry.entry_no``); 0: none yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CallRecord:
    """One customer's call: the columns of ``call_log``, the full number, and the segments."""

    call_id: CallId
    entered_at: datetime
    ended_at: datetime
    dialled_number: str
    caller: str
    caller_masked: str
    entry_group: GroupKey | None
    last_group: GroupKey | None
    outcome: Outcome
    wait_ms: int
    talk_ms: int
    hold_ms: int
    agents: tuple[AgentId, ...]
    last_agent: AgentId | None
    transfers: int
    hung_up_by: EndedBy
    greeting_variant: GreetingVariant | None
    greeting_completed: bool | None
    survey_status: SurveyStatus
    survey_score: int | None
    survey_resolved: bool | None
    recording_status: RecordingStatus
    degraded: bool
    test: bool
    callback_of: CallId | None
    flags: tuple[Flag, ...]
    segments: tuple[Segment, ...]
    unanswered: Outcome | None
    """What became of the last stay in a queue, or of a call without one, if no talk came of it."""


class NotACallError(ValueError):
    """The facts do not begin with ``CallEntered`` or hold no ``CallEnded``."""


def whole_ms(at: datetime) -> datetime:
    """The moment in UTC, cut to whole milliseconds."""
    utc = at.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def without_empty_survey(segments: list[Segment], status: SurveyStatus) -> tuple[Segment, ...]:
    """The segments, less a last ``survey`` of no duration that was none."""
    last = segments[-1]
    none_held = status not in {SurveyStatus.ANSWERED, SurveyStatus.HUNG_UP}
    if last.kind is SegmentKind.SURVEY and last.started_at == last.ended_at and none_held:
        return tuple(segments[:-1])
    return tuple(segments)


def sum_ms(segments: Sequence[Segment], *kinds: SegmentKind) -> int:
    """How long the segments of these kinds lasted together."""
    spent = sum((s.ended_at - s.started_at for s in segments if s.kind in kinds), timedelta())
    return spent // timedelta(milliseconds=1)
