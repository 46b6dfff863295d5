"""Facts about what customers say of a talk."""

from ccbot.core.facts.fact import Fact
from ccbot.core.ids import CallId
from ccbot.core.kinds import SurveyStatus


class SurveyFinished(Fact, frozen=True, kw_only=True, tag="survey_finished"):
    """The survey has its result; ``score`` is 5 best to 1 worst, null unless answered."""

    call: CallId
    status: SurveyStatus
    score: int | None = None


class SurveyResolved(Fact, frozen=True, kw_only=True, tag="survey_resolved"):
    """The customer said whether her matter is settled."""

    call: CallId
    resolved: bool


class ReasonLeft(Fact, frozen=True, kw_only=True, tag="reason_left"):
    """A dissatisfied customer said why; perhaps her last words before she hung up."""

    call: CallId
    recording: str
    """The file's name in Asterisk's spool, without ``.wav``."""
    duration_s: float
