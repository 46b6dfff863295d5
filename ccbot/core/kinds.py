"""Closed lists of words in facts and in the log: their values are stored, so they never change."""

from enum import StrEnum


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


class Role(StrEnum):
    """What somebody may do here (制度 2-5 to 2-9); one for each person."""

    AGENT = "agent"
    LEADER = "leader"
    """组长: runs the group day to day, and is offered what was handed on too often."""
    SUPERVISOR = "supervisor"
    """主管: listens to and helps the agents of some groups."""
    MANAGER = "manager"
    """中心经理: sees everything."""
    ADMIN = "admin"
    """管理员: tunes the routing; no customer's words or numbers."""


class GroupChosenBy(StrEnum):
    """How a call came to its group."""

    KEY = "key"
    OPERATOR_KEY = "operator_key"
    DEFAULT = "default"
    ENTRY = "entry"
    PUBLISHED = "published"
    """Hers is not in the routing document any more."""
    OVERFLOW = "overflow"
    """A destination of the routing document led there."""
    CALLBACK = "callback"
    """It is a callback, and waits where the customer waited."""
    TRANSFER = "transfer"
    """An agent handed her on, or could not: she is at the head of its queue."""


class TurnedAway(StrEnum):
    """Why a call was not received at the door."""

    BLOCKED = "blocked"
    """The number is on the list of those who are not served."""
    EMERGENCY = "emergency"
    """The emergency notice says that nobody is served now."""
    CLOSED = "closed"
    """Outside the weekly hours."""
    HOLIDAY = "holiday"
    EXCEPTION = "exception"
    """Closed by hand on this day."""


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
    NOT_REACHED = "not_reached"
    """A customer who was to be called back did not answer."""
    SETTLED = "settled"
    """A customer who was to be called back called herself, and was served."""
    CALLER_CHOSE = "caller_chose"
    """She chose something else than to wait for him."""
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    """All were rung, and another agent was first."""


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
    NOT_REACHED = "not_reached"
    """A callback, and the customer did not answer."""
    SETTLED = "settled"
    """A callback whose customer called herself meanwhile, and was served."""


class NotTaken(StrEnum):
    """Why what a caller said is no message."""

    TOO_SHORT = "too_short"
    FAILED = "failed"
    """Nothing could be recorded: the fault is ours."""


class GaveUp(StrEnum):
    """Why ccbot stopped looking for an agent for a call."""

    WAITED_TOO_LONG = "waited_too_long"
    QUEUE_FULL = "queue_full"
    NO_AGENTS = "no_agents"
    GROUP_GONE = "group_gone"
    """Her group is not in the routing document any more, and nobody else can take her."""
    NOT_READY = "not_ready"
    """All who are signed in are not ready, and that for long."""
    CLOSED = "closed"
    """It is outside the group's hours."""


class Flag(StrEnum):
    """What a call is marked with (``call_log.flags``)."""

    COMPLAINT = "complaint"
    """The agent pressed ``*9``: it is looked into, and its recording is kept for longer."""


class Whose(StrEnum):
    """Who is at the other end of a leg."""

    CUSTOMER = "customer"
    AGENT = "agent"
    """The owner of the talk."""
    TARGET = "target"
    """Whom the owner asked, or wanted to hand her on to."""


class HoldBy(StrEnum):
    """How an agent put a customer on hold."""

    CODE = "code"
    """``*1``."""
    PHONE = "phone"
    """The phone's own button: the phone went silent, and brings her back by itself."""
    API = "api"


class TransferKind(StrEnum):
    """How a customer is handed on."""

    BLIND = "blind"
    CONSULT = "consult"


class TransferReason(StrEnum):
    """Why a customer is handed on."""

    OTHER_GROUP = "other_group"
    """The matter is another group's."""
    EXPERT = "expert"
    """It needs somebody who knows more."""
    COMPLAINT = "complaint"
    REFUND = "refund"
    ASKED_FOR = "asked_for"
    """The customer asked for this person."""
    LEADER = "leader"
    """It was handed on too often, and a team leader is asked."""
    OTHER = "other"


class TransferFailure(StrEnum):
    """Why a transfer came to nothing."""

    BUSY = "busy"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    NOT_FREE = "not_free"
    """The target is not signed in, not ready, or has a customer."""
    NOBODY_FREE = "nobody_free"
    """Nobody of the group became free within the limit of patience."""
    TARGET_HUNG_UP = "target_hung_up"
    """While he was consulted."""
    FAILED = "failed"
    """A fault on our side."""


class SupervisionKind(StrEnum):
    """Who hears a supervisor who is beside a talk."""

    LISTEN = "listen"
    """Nobody (监听)."""
    WHISPER = "whisper"
    """The agent alone (耳语)."""
    BARGE = "barge"
    """Everybody in the talk (强插)."""


class QueueMove(StrEnum):
    """Where a supervisor puts a waiting call."""

    FRONT = "front"
    AGENT = "agent"


class Sides(StrEnum):
    """What is written of a talk."""

    MIXED = "mixed"
    """All voices in one."""
    TWO_SIDES = "two_sides"
    """What the customer says, and what she hears, each by itself."""


class ResumedBy(StrEnum):
    """Who ended the pause of a recording."""

    AGENT = "agent"
    SYSTEM = "system"
    """It had lasted as long as it may."""


class RecordingFault(StrEnum):
    """Why a part of a recording is missing."""

    REFUSED = "refused"
    """Asterisk could not begin it."""
    LOST = "lost"
    """It ended by itself; what was recorded until then is kept."""
    DISK_FULL = "disk_full"
    """There is no room for it: it was not begun, or ended; what was recorded until then is kept."""
