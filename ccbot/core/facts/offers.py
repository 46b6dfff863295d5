"""Facts about offers, and about the talks that come of them."""

from ccbot.core.facts.fact import Fact
from ccbot.core.ids import AgentId, CallId, OfferId
from ccbot.core.kinds import EndedBy, GreetingVariant, Missed, Withdrawn


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
