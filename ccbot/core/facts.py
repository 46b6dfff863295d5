"""What happened: the only input of the floor, and the journal's rows.

A fact is in the past tense and carries ids and values, never objects. It is applied once, in order,
by the desk; written to the outbox as JSON (``{"fact": "call_queued", …}``); and, applied again to
an empty floor, gives the same state. Durations and times of day are not in it: the desk stamps
each fact with the moment at which it was applied.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag_field="fact"):
    """Something that happened."""


# ---- enumerations: their values are stored, so they never change -------------------------------


class Phone(StrEnum):
    """What Asterisk knows of an agent's phone (device state)."""

    UNREACHABLE = "unreachable"
    IDLE = "idle"
    RINGING = "ringing"
    BUSY = "busy"


class Pause(StrEnum):
    """Why an agent is not ready: the keys 1 to 6 of ``*72``."""

    REST = "rest"
    MEAL = "meal"
    TRAINING = "training"
    MEETING = "meeting"
    COACHING = "coaching"
    OTHER_WORK = "other_work"
    UNSPECIFIED = "unspecified"
    MISSED_CALL = "missed_call"


class GroupChosenBy(StrEnum):
    """How a call came to its group."""

    KEY = "key"
    OPERATOR_KEY = "operator_key"
    DEFAULT = "default"
    ENTRY = "entry"


class Missed(StrEnum):
    """Why an offer did not become a talk although the caller was still there."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    """It could not be rung, or never said that it rings."""
    PHONE_ERROR = "phone_error"
    """It refused with an error of its own."""
    FAILED = "failed"
    """A fault on our side."""
    HUNG_UP_AT_ANSWER = "hung_up_at_answer"
    """The agent's phone answered and hung up at once: a slip of the hand, not a talk."""
    EXPIRED = "expired"
    """The sweeper ended it: the coroutine that made the offer did not."""


class Withdrawn(StrEnum):
    """Why an offer was taken back."""

    CALLER_LEFT = "caller_left"
    CALL_MOVED_ON = "call_moved_on"


class EndedBy(StrEnum):
    """Who ended a talk or a call."""

    CALLER = "caller"
    AGENT = "agent"
    SYSTEM = "system"


class LanguageChosenBy(StrEnum):
    """How a call came to its language."""

    KEY = "key"
    REMEMBERED = "remembered"
    DEFAULT = "default"


class GreetingVariant(StrEnum):
    """Which standard greeting was played at pick-up."""

    ANNOUNCE_ID = "announce_id"
    """The agent's number, spoken for him."""
    NEUTRAL = "neutral"
    LIVE = "live"
    """Nothing was played: he greets himself."""
    NAME = "name"
    """The agent's name, spoken for him."""
    OWN_VOICE = "own_voice"
    """A recording of his own."""


class SurveyStatus(StrEnum):
    """What became of the satisfaction survey (``call_log.survey_status``)."""

    ANSWERED = "answered"
    NO_INPUT = "no_input"
    INVALID = "invalid"
    HUNG_UP = "hung_up"
    NOT_OFFERED_CALLER_LEFT = "not_offered_caller_left"
    NOT_OFFERED_TOO_SHORT = "not_offered_too_short"
    OFF = "off"


class Outcome(StrEnum):
    """How a call ended (``call_log.outcome``); an answered call stays ``answered``."""

    ANSWERED = "answered"
    ABANDONED_MENU = "abandoned_menu"
    ABANDONED_WAITING = "abandoned_waiting"
    ABANDONED_RINGING = "abandoned_ringing"
    WAITED_TOO_LONG = "waited_too_long"
    QUEUE_FULL = "queue_full"
    NO_AGENTS = "no_agents"
    VOICEMAIL = "voicemail"
    CALLBACK = "callback"
    AFTER_HOURS = "after_hours"
    BLOCKED = "blocked"
    SYSTEM_ERROR = "system_error"


class GaveUp(StrEnum):
    """Why ccbot stopped looking for an agent for a call."""

    WAITED_TOO_LONG = "waited_too_long"
    QUEUE_FULL = "queue_full"
    NO_AGENTS = "no_agents"


# ---- agents -----------------------------------------------------------------------------------


class AgentConfigured(Fact, frozen=True, kw_only=True, tag="agent_configured"):
    """An agent exists, with these groups; said again whenever the record changes."""

    agent: AgentId
    name: str
    groups: tuple[GroupKey, ...]
    test: bool = False
    """A built-in phone of ``script/ccbot call``: serves test calls alone."""


class AgentRemoved(Fact, frozen=True, kw_only=True, tag="agent_removed"):
    """The agent's record is gone; a talk that runs is not touched."""

    agent: AgentId


class AgentSignedIn(Fact, frozen=True, kw_only=True, tag="agent_signed_in"):
    """``*71``: signed in and ready; also from a pause."""

    agent: AgentId


class AgentPaused(Fact, frozen=True, kw_only=True, tag="agent_paused"):
    """``*72``: not ready, at once or as soon as the present talk and wrap-up are over."""

    agent: AgentId
    reason: Pause


class AgentSignedOut(Fact, frozen=True, kw_only=True, tag="agent_signed_out"):
    """``*73``: signed out, at once or as soon as the present talk is over."""

    agent: AgentId


class MissHeard(Fact, frozen=True, kw_only=True, tag="miss_heard"):
    """The agent heard that he missed a call and is not ready since; once is enough."""

    agent: AgentId


class RestEnded(Fact, frozen=True, kw_only=True, tag="rest_ended"):
    """The short rest after a declined or failed offer is over."""

    agent: AgentId


class WrapUpEnded(Fact, frozen=True, kw_only=True, tag="wrap_up_ended"):
    """``*74``, or the time was over."""

    agent: AgentId


class WrapUpExtended(Fact, frozen=True, kw_only=True, tag="wrap_up_extended"):
    """``*741``: the agent needs more time after this talk; once for each wrap-up."""

    agent: AgentId


class PhoneChanged(Fact, frozen=True, kw_only=True, tag="phone_changed"):
    """Asterisk reported another device state for the agent's phone."""

    agent: AgentId
    phone: Phone


# ---- calls ------------------------------------------------------------------------------------


class CallEntered(Fact, frozen=True, kw_only=True, tag="call_entered"):
    """A customer's call reached us; its ``greeting`` begins."""

    call: CallId
    leg: str
    dialled_number: str
    entry: str
    caller: str
    """The full number, as the trunk sent it; empty if withheld. Never shown unmasked."""
    degraded: bool = False
    """The caller went through the dialplan's safety net first."""
    test: bool = False


class MenuOpened(Fact, frozen=True, kw_only=True, tag="menu_opened"):
    """The menu begins."""

    call: CallId


class LanguageChosen(Fact, frozen=True, kw_only=True, tag="language_chosen"):
    """The language menu is over; ``greeting`` goes on in this language."""

    call: CallId
    language: str
    by: LanguageChosenBy


class CallQueued(Fact, frozen=True, kw_only=True, tag="call_queued"):
    """The call entered a group's queue; ``waiting`` begins."""

    call: CallId
    group: GroupKey
    by: GroupChosenBy


class QueueLeft(Fact, frozen=True, kw_only=True, tag="queue_left"):
    """ccbot gave up looking for an agent; the caller hears why."""

    call: CallId
    reason: GaveUp


class OfferMade(Fact, frozen=True, kw_only=True, tag="offer_made"):
    """The agent is reserved for the call; ``ringing`` begins."""

    offer: OfferId
    call: CallId
    agent: AgentId


class OfferMissed(Fact, frozen=True, kw_only=True, tag="offer_missed"):
    """The agent did not take it; the caller is ``waiting`` again, in her old place."""

    offer: OfferId
    reason: Missed


class OfferableAgain(Fact, frozen=True, kw_only=True, tag="offerable_again"):
    """The agent missed this call long enough ago; he may be asked for it once more."""

    call: CallId
    agent: AgentId


class OfferWithdrawn(Fact, frozen=True, kw_only=True, tag="offer_withdrawn"):
    """The offer was taken back."""

    offer: OfferId
    reason: Withdrawn


class OfferAccepted(Fact, frozen=True, kw_only=True, tag="offer_accepted"):
    """The agent's phone answered; bridging follows."""

    offer: OfferId


class OfferBridged(Fact, frozen=True, kw_only=True, tag="offer_bridged"):
    """Customer and agent are in one room; here ``talk`` begins, if it becomes one.

    It does not if the agent's phone hangs up within ``answer_guard_s``: then ``OfferMissed``
    follows, and the customer has been waiting all the time. So a talk is told only when it is one,
    and nobody who heard of it has to take it back; but its beginning is this moment.
    """

    offer: OfferId


class TalkStarted(Fact, frozen=True, kw_only=True, tag="talk_started"):
    """The talk is one; it began when they were bridged (in old facts: now)."""

    offer: OfferId


class GreetingPlayed(Fact, frozen=True, kw_only=True, tag="greeting_played"):
    """The standard greeting at pick-up was played to its end, or was cut off."""

    call: CallId
    agent: AgentId
    variant: GreetingVariant
    completed: bool


class TalkEnded(Fact, frozen=True, kw_only=True, tag="talk_ended"):
    """The talk is over; the agent's wrap-up begins, and ``survey`` for a caller who stayed."""

    call: CallId
    agent: AgentId
    by: EndedBy


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


class CallEnded(Fact, frozen=True, kw_only=True, tag="call_ended"):
    """The call is over. Exactly one for each ``CallEntered``; whatever was open ends with it."""

    call: CallId
    by: EndedBy
    failed: bool = False
    """A fault of ours ended it."""


AnyFact = (
    AgentConfigured
    | AgentRemoved
    | AgentSignedIn
    | AgentPaused
    | AgentSignedOut
    | MissHeard
    | RestEnded
    | WrapUpEnded
    | WrapUpExtended
    | PhoneChanged
    | CallEntered
    | MenuOpened
    | LanguageChosen
    | CallQueued
    | QueueLeft
    | OfferMade
    | OfferMissed
    | OfferableAgain
    | OfferWithdrawn
    | OfferAccepted
    | OfferBridged
    | TalkStarted
    | GreetingPlayed
    | TalkEnded
    | SurveyFinished
    | SurveyResolved
    | ReasonLeft
    | CallEnded
)

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyFact] = msgspec.json.Decoder(AnyFact)


def encode(fact: AnyFact) -> bytes:
    """The fact as one line of JSON."""
    return _encoder.encode(fact)


def decode(line: bytes | str) -> AnyFact:
    """The fact that ``encode`` wrote; ``msgspec.ValidationError`` if it is none."""
    return _decoder.decode(line)


class Stamped(NamedTuple):
    """A fact and the moment at which the desk applied it (aware, UTC)."""

    at: datetime
    fact: AnyFact
