"""Facts about the recording of a talk.

It is made of parts, each with a name of its own: a part begins when customer and agent hear each
other, and ends with a hold, a consultation, a pause or the talk. What is between two parts was
never written down.
"""

from ccbot.core.facts.fact import Fact
from ccbot.core.ids import AgentId, CallId
from ccbot.core.kinds import RecordingFault, ResumedBy, Sides


class RecordingAnnounced(Fact, frozen=True, kw_only=True, tag="recording_announced"):
    """The customer heard that she is recorded (录音告知); nothing of her is recorded before."""

    call: CallId


class RecordingBegun(Fact, frozen=True, kw_only=True, tag="recording_begun"):
    """A part begins, at this moment."""

    call: CallId
    name: str
    """What its files' names in Asterisk's spool begin with."""
    sides: Sides


class RecordingPaused(Fact, frozen=True, kw_only=True, tag="recording_paused"):
    """An agent asked for it: a card's number is not recorded. It ends by itself after a while."""

    call: CallId
    agent: AgentId


class RecordingResumed(Fact, frozen=True, kw_only=True, tag="recording_resumed"):
    """The pause is over."""

    call: CallId
    by: ResumedBy
    agent: AgentId | None = None
    """Which agent asked for it; facts from before say none."""


class RecordingFailed(Fact, frozen=True, kw_only=True, tag="recording_failed"):
    """A part could not begin, or ended though the talk goes on; the talk itself knows nothing."""

    call: CallId
    name: str
    why: RecordingFault
