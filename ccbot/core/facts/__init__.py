"""What happened: the only input of the floor, and the journal's rows.

A fact is in the past tense and carries ids and values, never objects. It is applied once, in order,
by the desk; written to the outbox as JSON (``{"fact": "call_queued", …}``); and, applied again to
an empty floor, gives the same state. Durations and times of day are not in it: the desk stamps
each fact with the moment at which it was applied.
"""

from datetime import datetime
from typing import NamedTuple

import msgspec

from ccbot.core.facts.agents import AgentConfigured as AgentConfigured
from ccbot.core.facts.agents import AgentPaused as AgentPaused
from ccbot.core.facts.agents import AgentRemoved as AgentRemoved
from ccbot.core.facts.agents import AgentSignedIn as AgentSignedIn
from ccbot.core.facts.agents import AgentSignedOut as AgentSignedOut
from ccbot.core.facts.agents import AgentTakenUp as AgentTakenUp
from ccbot.core.facts.agents import MissHeard as MissHeard
from ccbot.core.facts.agents import PhoneChanged as PhoneChanged
from ccbot.core.facts.agents import RestEnded as RestEnded
from ccbot.core.facts.agents import WrapUpEnded as WrapUpEnded
from ccbot.core.facts.agents import WrapUpExtended as WrapUpExtended
from ccbot.core.facts.callbacks import CallbackAsked as CallbackAsked
from ccbot.core.facts.callbacks import CallbackBooked as CallbackBooked
from ccbot.core.facts.callbacks import CallbackDue as CallbackDue
from ccbot.core.facts.callbacks import CallbackGivenUp as CallbackGivenUp
from ccbot.core.facts.callbacks import CallbackNotWanted as CallbackNotWanted
from ccbot.core.facts.callbacks import CallbackPutOff as CallbackPutOff
from ccbot.core.facts.callbacks import CustomerNotReached as CustomerNotReached
from ccbot.core.facts.callbacks import CustomerReached as CustomerReached
from ccbot.core.facts.calls import CallEnded as CallEnded
from ccbot.core.facts.calls import CallEntered as CallEntered
from ccbot.core.facts.calls import CallQueued as CallQueued
from ccbot.core.facts.calls import CallTakenUp as CallTakenUp
from ccbot.core.facts.calls import CallTurnedAway as CallTurnedAway
from ccbot.core.facts.calls import ClosedKeyChosen as ClosedKeyChosen
from ccbot.core.facts.calls import CustomerKnown as CustomerKnown
from ccbot.core.facts.calls import EligibilityWidened as EligibilityWidened
from ccbot.core.facts.calls import EstimateTold as EstimateTold
from ccbot.core.facts.calls import LanguageChosen as LanguageChosen
from ccbot.core.facts.calls import MenuOpened as MenuOpened
from ccbot.core.facts.calls import QueueChanged as QueueChanged
from ccbot.core.facts.calls import QueueLeft as QueueLeft
from ccbot.core.facts.calls import WaitingKeyPressed as WaitingKeyPressed
from ccbot.core.facts.centre import FloorSeen as FloorSeen
from ccbot.core.facts.centre import RoutingPublished as RoutingPublished
from ccbot.core.facts.fact import Fact as Fact
from ccbot.core.facts.messages import MessageLeft as MessageLeft
from ccbot.core.facts.messages import MessageNotTaken as MessageNotTaken
from ccbot.core.facts.messages import VoicemailBegun as VoicemailBegun
from ccbot.core.facts.offers import GreetingPlayed as GreetingPlayed
from ccbot.core.facts.offers import OfferableAgain as OfferableAgain
from ccbot.core.facts.offers import OfferAccepted as OfferAccepted
from ccbot.core.facts.offers import OfferBridged as OfferBridged
from ccbot.core.facts.offers import OfferMade as OfferMade
from ccbot.core.facts.offers import OfferMissed as OfferMissed
from ccbot.core.facts.offers import OfferWithdrawn as OfferWithdrawn
from ccbot.core.facts.offers import TalkEnded as TalkEnded
from ccbot.core.facts.offers import TalkStarted as TalkStarted
from ccbot.core.facts.recordings import RecordingAnnounced as RecordingAnnounced
from ccbot.core.facts.recordings import RecordingBegun as RecordingBegun
from ccbot.core.facts.recordings import RecordingFailed as RecordingFailed
from ccbot.core.facts.recordings import RecordingPaused as RecordingPaused
from ccbot.core.facts.recordings import RecordingResumed as RecordingResumed
from ccbot.core.facts.supervision import CallTakenOver as CallTakenOver
from ccbot.core.facts.supervision import QueueReordered as QueueReordered
from ccbot.core.facts.supervision import SupervisionBegan as SupervisionBegan
from ccbot.core.facts.supervision import SupervisionEnded as SupervisionEnded
from ccbot.core.facts.supervision import SupervisionTurned as SupervisionTurned
from ccbot.core.facts.surveys import ReasonLeft as ReasonLeft
from ccbot.core.facts.surveys import SurveyFinished as SurveyFinished
from ccbot.core.facts.surveys import SurveyResolved as SurveyResolved
from ccbot.core.facts.talks import CallFlagged as CallFlagged
from ccbot.core.facts.talks import CallHeld as CallHeld
from ccbot.core.facts.talks import CallResumed as CallResumed
from ccbot.core.facts.talks import ConferenceStarted as ConferenceStarted
from ccbot.core.facts.talks import ConsultEnded as ConsultEnded
from ccbot.core.facts.talks import ConsultStarted as ConsultStarted
from ccbot.core.facts.talks import ConsultSwapped as ConsultSwapped
from ccbot.core.facts.talks import LegMeasured as LegMeasured
from ccbot.core.facts.talks import SenderLeft as SenderLeft
from ccbot.core.facts.talks import TransferAsked as TransferAsked
from ccbot.core.facts.talks import TransferCompleted as TransferCompleted
from ccbot.core.facts.talks import TransferFailed as TransferFailed
from ccbot.core.facts.users import UserActed as UserActed
from ccbot.core.kinds import EndedBy as EndedBy
from ccbot.core.kinds import Flag as Flag
from ccbot.core.kinds import GaveUp as GaveUp
from ccbot.core.kinds import GreetingVariant as GreetingVariant
from ccbot.core.kinds import GroupChosenBy as GroupChosenBy
from ccbot.core.kinds import HoldBy as HoldBy
from ccbot.core.kinds import LanguageChosenBy as LanguageChosenBy
from ccbot.core.kinds import Missed as Missed
from ccbot.core.kinds import NotTaken as NotTaken
from ccbot.core.kinds import Outcome as Outcome
from ccbot.core.kinds import Pause as Pause
from ccbot.core.kinds import Phone as Phone
from ccbot.core.kinds import QueueMove as QueueMove
from ccbot.core.kinds import Role as Role
from ccbot.core.kinds import SupervisionKind as SupervisionKind
from ccbot.core.kinds import SurveyStatus as SurveyStatus
from ccbot.core.kinds import TransferFailure as TransferFailure
from ccbot.core.kinds import TransferKind as TransferKind
from ccbot.core.kinds import TransferReason as TransferReason
from ccbot.core.kinds import TurnedAway as TurnedAway
from ccbot.core.kinds import Whose as Whose
from ccbot.core.kinds import Withdrawn as Withdrawn
from ccbot.core.routing_document import RoutingDocument

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
    | CallHeld
    | CallResumed
    | TransferAsked
    | ConsultStarted
    | ConsultSwapped
    | ConferenceStarted
    | ConsultEnded
    | TransferFailed
    | TransferCompleted
    | SenderLeft
    | SupervisionBegan
    | SupervisionTurned
    | SupervisionEnded
    | CallTakenOver
    | QueueReordered
    | CallFlagged
    | LegMeasured
    | RecordingAnnounced
    | RecordingBegun
    | RecordingPaused
    | RecordingResumed
    | RecordingFailed
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
    | UserActed
    | FloorSeen
)

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyFact] = msgspec.json.Decoder(AnyFact)


def encode(fact: AnyFact) -> bytes:
    """The fact as one line of JSON."""
    if isinstance(fact, RoutingPublished):
        fact = msgspec.structs.replace(fact, text=_encoder.encode(fact.document).decode())
    return _encoder.encode(fact)


def decode(line: bytes | str) -> AnyFact:
    """The fact that ``encode`` wrote; ``msgspec.ValidationError`` if it is none."""
    fact = _decoder.decode(line)
    if isinstance(fact, RoutingPublished) and fact.text:
        document = msgspec.json.decode(fact.text, type=RoutingDocument)
        return msgspec.structs.replace(fact, document=document, text="")
    return fact


class Stamped(NamedTuple):
    """A fact and the moment at which the desk applied it (aware, UTC)."""

    at: datetime
    fact: AnyFact
