"""Which call each fact of the outbox belongs to, and which facts a call has: in memory."""

from dataclasses import dataclass, field

from ccbot.core.facts import (
    AnyFact,
    CallEnded,
    CallEntered,
    OfferAccepted,
    OfferBridged,
    OfferMade,
    OfferMissed,
    OfferWithdrawn,
    TalkStarted,
)
from ccbot.core.ids import CallId, OfferId


@dataclass(slots=True)
class _Kept:
    """A call whose facts are still in the outbox."""

    seqs: list[int] = field(default_factory=list)
    offers: list[OfferId] = field(default_factory=list)
    ended: bool = False


class CallIndex:
    """Calls from their ``CallEntered`` until they have ended and were shipped."""

    def __init__(self) -> None:
        self._calls: dict[CallId, _Kept] = {}
        self._offers: dict[OfferId, CallId] = {}

    def call_of(self, fact: AnyFact) -> CallId | None:
        """The call that the fact is about; none for an agent's own facts."""
        of_offer = OfferMissed | OfferWithdrawn | OfferAccepted | OfferBridged | TalkStarted
        if isinstance(fact, of_offer):
            return self._offers.get(fact.offer)
        call: CallId | None = getattr(fact, "call", None)
        return call

    def keeps(self, call: CallId | None) -> bool:
        """Whether the call's facts are kept until it has ended and was shipped."""
        return call in self._calls

    def add(self, seq: int, call: CallId | None, fact: AnyFact) -> None:
        """A fact was stored."""
        if call is None:
            return
        if isinstance(fact, CallEntered):
            self._calls.setdefault(call, _Kept())
        kept = self._calls.get(call)
        if kept is None:
            return
        kept.seqs.append(seq)
        if isinstance(fact, OfferMade):
            kept.offers.append(fact.offer)
            self._offers[fact.offer] = call
        elif isinstance(fact, CallEnded):
            kept.ended = True

    def seqs(self, call: CallId) -> tuple[int, ...]:
        """The places of the call's facts, in order; empty when it is not kept."""
        kept = self._calls.get(call)
        return tuple(kept.seqs) if kept else ()

    def open_calls(self) -> tuple[CallId, ...]:
        """The calls that have not ended."""
        return tuple(call for call, kept in self._calls.items() if not kept.ended)

    def forget(self, call: CallId) -> None:
        """The call was shipped; what may still come of it is kept no more."""
        kept = self._calls.pop(call, None)
        for offer in kept.offers if kept else ():
            self._offers.pop(offer, None)
