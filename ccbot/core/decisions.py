"""What the floor wants done after a fact; the desk carries it out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ccbot.core.calls import Offer, Stage
from ccbot.core.facts import AnyFact, GaveUp
from ccbot.core.ids import AgentId, CallId, OfferId

TimerKey = tuple[str, str]
"""Names a timer: its purpose, and whom it concerns."""


@dataclass(frozen=True, slots=True)
class Propose:
    """Reserve this agent for this call: the desk chooses an id and posts ``OfferMade``."""

    call: CallId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class Post:
    """This fact follows at once."""

    fact: AnyFact


@dataclass(frozen=True, slots=True)
class WakeAt:
    """Post the fact at that moment, unless forgotten; the key's earlier timer is replaced."""

    key: TimerKey
    at: datetime
    fact: AnyFact


@dataclass(frozen=True, slots=True)
class Forget:
    """The key's timer is not needed any more."""

    key: TimerKey


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell the waiting call's flow that there is an offer to ring, that ccbot gave up, or that she
    is at another stage by her own wish."""

    call: CallId
    news: Offer | GaveUp | Stage


@dataclass(frozen=True, slots=True)
class Revoke:
    """Whoever rings for this offer must stop: it is over."""

    offer: OfferId


Decision = Propose | Post | WakeAt | Forget | Tell | Revoke


def after(now: datetime, seconds: float) -> datetime:
    """The moment so many seconds later."""
    return now + timedelta(seconds=seconds)
