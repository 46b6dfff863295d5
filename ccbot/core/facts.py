"""What happened: the only input of the floor, and the journal's rows.

A fact is in the past tense and carries ids and values, never objects. It is applied once, in order,
by the desk; written to the outbox as JSON (``{"fact": "call_queued", …}``); and, applied again to
an empty floor, gives the same state. Durations and times of day are not in it: the desk stamps
each fact with the moment at which it was applied.
"""

from datetime import datetime
from typing import NamedTuple

import msgspec

from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.kinds import (
    EndedBy as EndedBy,
)
from ccbot.core.kinds import (
    GaveUp as GaveUp,
)
from ccbot.core.kinds import (
    GreetingVariant as GreetingVariant,
)
from ccbot.core.kinds import (
    GroupChosenBy as GroupChosenBy,
)
from ccbot.core.kinds import (
    LanguageChosenBy as LanguageChosenBy,
)
from ccbot.core.kinds import (
    Missed as Missed,
)
from ccbot.core.kinds import (
    NotTaken as NotTaken,
)
from ccbot.core.kinds import (
    Outcome as Outcome,
)
from ccbot.core.kinds import (
    Pause as Pause,
)
from ccbot.core.kinds import (
    Phone as Phone,
)
from ccbot.core.kinds import (
    SurveyStatus as SurveyStatus,
)
from ccbot.core.kinds import (
    TurnedAway as TurnedAway,
)
from ccbot.core.kinds import (
    Withdrawn as Withdrawn,
)
from ccbot.core.routing_document import RoutingDocument


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag_field="fact"):
    """Something that happened."""


# ---- agents -----------------------------------------------------------------------------------


class AgentConfigured(Fact, frozen=True, kw_only=True, tag="agent_configured"):
    """An agent exists, with these groups; said again whenever the record changes."""

    agent: AgentId
    name: str
    groups: tuple[GroupKey, ...]
    test: bool = False
    """A built-in phone of ``script/ccbot call``: serves test calls alone."""


class AgentTakenUp(Fact, frozen=True, kw_only=True, tag="agent_taken_up"):
    """ccbot is back, and the agent stands where he was left."""

    agent: AgentId


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
    arrived_at: datetime | None = None
    """When the call reached Asterisk, if ccbot was away then: it begins with this moment."""
    callback_of: CallId | None = None
    """The call whose customer is to be called back; until she is reached it has no leg."""


class CallTakenUp(Fact, frozen=True, kw_only=True, tag="call_taken_up"):
    """ccbot is back, has found the call where it was left, and goes on with it."""

    call: CallId


class CallTurnedAway(Fact, frozen=True, kw_only=True, tag="call_turned_away"):
    """The call is not received: the caller hears why, and goes where the entry says."""

    call: CallId
    reason: TurnedAway
    say: str | None = None
    """The words of a day that is closed by hand, if it has any; else those of the entry."""


class ClosedKeyChosen(Fact, frozen=True, kw_only=True, tag="closed_key_chosen"):
    """Outside the hours the caller has chosen what to do."""

    call: CallId
    key: str | None
    """None: no key, or a wrong one each time."""


class MenuOpened(Fact, frozen=True, kw_only=True, tag="menu_opened"):
    """The menu begins."""

    call: CallId


class LanguageChosen(Fact, frozen=True, kw_only=True, tag="language_chosen"):
    """The language menu is over; ``greeting`` goes on in this language."""

    call: CallId
    language: str
    by: LanguageChosenBy


class CustomerKnown(Fact, frozen=True, kw_only=True, tag="customer_known"):
    """The company's own system knows the caller; what it does not say is null."""

    call: CallId
    customer: str | None = None
    """A name, for the record alone: not for logs."""
    vip: bool = False
    language: str | None = None
    preferred_agent: AgentId | None = None


class CallQueued(Fact, frozen=True, kw_only=True, tag="call_queued"):
    """The call entered a group's queue; ``waiting`` begins."""

    call: CallId
    group: GroupKey
    by: GroupChosenBy


class QueueChanged(Fact, frozen=True, kw_only=True, tag="queue_changed"):
    """A waiting caller waits for another group from now on; the time that she waited stays hers."""

    call: CallId
    group: GroupKey
    by: GroupChosenBy


class EstimateTold(Fact, frozen=True, kw_only=True, tag="estimate_told"):
    """The waiting caller was told that it takes about so many minutes more."""

    call: CallId
    minutes: int


class QueueLeft(Fact, frozen=True, kw_only=True, tag="queue_left"):
    """ccbot gave up looking for an agent; the caller hears why."""

    call: CallId
    reason: GaveUp


class EligibilityWidened(Fact, frozen=True, kw_only=True, tag="eligibility_widened"):
    """She has waited so long that more agents may be asked for her: a step of the document."""

    call: CallId


class WaitingKeyPressed(Fact, frozen=True, kw_only=True, tag="waiting_key_pressed"):
    """A waiting caller chose something with a key of her group; what it is follows at once."""

    call: CallId
    key: str
    may_call_out: bool = False
    """There is a way out for callbacks."""


class CallbackAsked(Fact, frozen=True, kw_only=True, tag="callback_asked"):
    """The caller is asked whether she wants to be called back; nobody is asked for her now."""

    call: CallId
    by: EndedBy
    """Who ended the wait: the caller with a key, or else the system."""


class CallbackNotWanted(Fact, frozen=True, kw_only=True, tag="callback_not_wanted"):
    """She did not say yes: she waits on, in her old place."""

    call: CallId


class CallbackBooked(Fact, frozen=True, kw_only=True, tag="callback_booked"):
    """She is called back (回电): a call of its own stands in the queue, in her place."""

    call: CallId
    callback: CallId
    number: str
    """Whom to call; never shown unmasked."""


class CustomerReached(Fact, frozen=True, kw_only=True, tag="customer_reached"):
    """The customer of a callback answered."""

    call: CallId
    leg: str
    """Her channel."""


class CustomerNotReached(Fact, frozen=True, kw_only=True, tag="customer_not_reached"):
    """An attempt to call a customer back was in vain."""

    call: CallId
    reason: Missed


class CallbackPutOff(Fact, frozen=True, kw_only=True, tag="callback_put_off"):
    """Nobody is asked for this callback before that moment."""

    call: CallId
    until: datetime


class CallbackDue(Fact, frozen=True, kw_only=True, tag="callback_due"):
    """It is time to look after a callback: it may be tried again, or the hours are over."""

    call: CallId


class CallbackGivenUp(Fact, frozen=True, kw_only=True, tag="callback_given_up"):
    """The customer is not called any more."""

    call: CallId


class VoicemailBegun(Fact, frozen=True, kw_only=True, tag="voicemail_begun"):
    """The caller is to leave a message (留言) instead of being served; nobody is asked any more."""

    call: CallId
    by: EndedBy
    """Who ended the wait: the caller with a key, or else the system."""


class MessageLeft(Fact, frozen=True, kw_only=True, tag="message_left"):
    """The caller left a message; perhaps her last words before she hung up."""

    call: CallId
    recording: str
    """The file's name in Asterisk's spool, without ``.wav``."""
    duration_s: float
    due_h: float = 24.0
    """Within so many hours somebody is to see to it."""


class MessageNotTaken(Fact, frozen=True, kw_only=True, tag="message_not_taken"):
    """What the caller said, if anything, is no message; after a short one she is asked again."""

    call: CallId
    why: NotTaken


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
    """The agent's phone answered first; bridging follows, and whoever else rings is let off."""

    offer: OfferId
    leg: str = ""
    """The agent's channel."""
    room: str = ""
    """The bridge in which caller and agent meet."""


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


# ---- routing ----------------------------------------------------------------------------------


class RoutingPublished(Fact, frozen=True, kw_only=True, tag="routing_published"):
    """Another routing document holds from now on."""

    version: int
    """0: the document of a first start, before it has a version."""
    document: RoutingDocument
    by: str = ""
    why: str = ""


class FloorSeen(Fact, frozen=True, kw_only=True, tag="floor_seen"):
    """How everybody stood: told at each start, after a publication, and now and then.

    It changes nothing; a replay of the journal may begin here.
    """

    floor: str
    """``core.snapshot`` as JSON; a text, so that nobody changes the order of what is in it."""


AnyFact = (
    AgentConfigured
    | AgentTakenUp
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
    | CallTakenUp
    | CallTurnedAway
    | ClosedKeyChosen
    | MenuOpened
    | LanguageChosen
    | CustomerKnown
    | CallQueued
    | QueueChanged
    | EstimateTold
    | QueueLeft
    | EligibilityWidened
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
    | WaitingKeyPressed
    | CallbackAsked
    | CallbackNotWanted
    | CallbackBooked
    | CustomerReached
    | CustomerNotReached
    | CallbackPutOff
    | CallbackDue
    | CallbackGivenUp
    | VoicemailBegun
    | MessageLeft
    | MessageNotTaken
    | CallEnded
    | RoutingPublished
    | FloorSeen
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
