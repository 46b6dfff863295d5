"""The desk: the single writer. Every change of the floor is one synchronous step through it."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime

import structlog

from ccbot.clock import Clock, Ids
from ccbot.core.agents import Agent
from ccbot.core.calls import Call
from ccbot.core.decisions import Decision, Forget, Post, Propose, Revoke, Tell, TimerKey, WakeAt
from ccbot.core.facts import AnyFact, OfferMade, Stamped
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId, CallId, OfferId

log = structlog.get_logger()

Listener = Callable[[Stamped], None]
"""Called for each fact, in order. Must not block; what it raises is logged."""


class Ticket:
    """What a waiting call holds: a bell that is heard later, too, if nobody listens now."""

    def __init__(self) -> None:
        self._there = asyncio.Event()

    def ring(self) -> None:
        """Something has changed for this call; what it is, the floor says."""
        self._there.set()

    async def news(self) -> None:
        """Wait until there was news since the last time."""
        await self._there.wait()
        self._there.clear()


class Desk:
    """The only holder of the floor. No locks: the loop's thread makes each step whole."""

    def __init__(
        self, floor: Floor, *, clock: Clock, ids: Ids, listeners: tuple[Listener, ...] = ()
    ) -> None:
        self.floor = floor
        self._clock = clock
        self._ids = ids
        self._listeners = list(listeners)
        self._timers: dict[TimerKey, asyncio.TimerHandle] = {}
        self._tickets: dict[CallId, Ticket] = {}
        self._watched: dict[OfferId, Callable[[], None]] = {}
        self._closed = False

    def listen(self, listener: Listener) -> None:
        """Add a listener; it hears every fact from now on."""
        self._listeners.append(listener)

    def post(self, fact: AnyFact, *, at: datetime | None = None) -> bool:
        """Apply a fact and carry out what follows. False: it came too late and changed nothing.

        ``at``: when it happened, if that was not now but while nobody was there to see it.
        """
        if self._closed:
            return False
        follow_ups: deque[Decision] = deque()
        happened = self._apply(fact, follow_ups, at)
        while follow_ups:
            self._carry_out(follow_ups.popleft(), follow_ups, at)
        return happened

    def now(self) -> datetime:
        """The moment that a fact posted now would bear."""
        return self._clock.now()

    def call(self, call: CallId) -> Call | None:
        """The call, while it lasts."""
        return self.floor.calls.get(call)

    def agent(self, agent: AgentId) -> Agent | None:
        """The agent, while he works here."""
        return self.floor.agents.get(agent)

    def ticket(self, call: CallId) -> Ticket:
        """The call's ticket: the same one until the call has ended."""
        return self._tickets.setdefault(call, Ticket())

    def watch_offer(self, offer: OfferId, over: Callable[[], None]) -> None:
        """Call ``over`` as soon as the offer ends without a talk."""
        self._watched[offer] = over

    def unwatch_offer(self, offer: OfferId) -> None:
        """Nobody rings for this offer any more."""
        self._watched.pop(offer, None)

    def close(self) -> None:
        """Take no more facts: what a stopping process unwinds did not happen to anybody."""
        self._closed = True
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _apply(
        self, fact: AnyFact, follow_ups: deque[Decision], at: datetime | None = None
    ) -> bool:
        now = self._clock.now()
        if at is not None:
            now = min(now, at)
        decisions = self.floor.apply(fact, now)
        if decisions is None:
            log.debug("fact came too late", fact=type(fact).__name__)
            return False
        stamped = Stamped(now, fact)
        for listener in self._listeners:
            self._tell(listener, stamped)
        follow_ups.extend(decisions)
        return True

    @staticmethod
    def _tell(listener: Listener, stamped: Stamped) -> None:
        """A listener's fault is its own: the others hear the fact, and what follows is done."""
        try:
            listener(stamped)
        except Exception:
            log.exception("a listener failed", fact=type(stamped.fact).__name__)

    def _carry_out(
        self, decision: Decision, follow_ups: deque[Decision], at: datetime | None
    ) -> None:
        match decision:
            case Propose():
                self._reserve(follow_ups)
            case Post(fact=fact):
                self._apply(fact, follow_ups, at)
            case WakeAt():
                self._set_timer(decision)
            case Forget(key=key):
                if timer := self._timers.pop(key, None):
                    timer.cancel()
            case Tell(call=call):
                self.ticket(call).ring()
            case Revoke(offer=offer):
                if over := self._watched.pop(offer, None):
                    over()

    def _reserve(self, follow_ups: deque[Decision]) -> None:
        """Ask the floor anew: a fact that followed may have moved another caller to the front."""
        for decision in self.floor.proposal(self._clock.now()):
            offer = OfferId(self._ids.new("offer"))
            made = OfferMade(offer=offer, call=decision.call, agent=decision.agent)
            self._apply(made, follow_ups)

    def _set_timer(self, wake: WakeAt) -> None:
        if earlier := self._timers.pop(wake.key, None):
            earlier.cancel()
        delay = max(0.0, (wake.at - self._clock.now()).total_seconds())
        loop = asyncio.get_running_loop()
        self._timers[wake.key] = loop.call_later(delay, self._wake, wake)

    def _wake(self, wake: WakeAt) -> None:
        self._timers.pop(wake.key, None)
        self.post(wake.fact)

    def forget_call(self, call: CallId) -> None:
        """The call has ended: nobody will ask for its ticket again."""
        self._tickets.pop(call, None)
