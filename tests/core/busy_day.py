"""A busy day of one group on a bare floor: who is told how long she waits, and how long it is."""

import heapq
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from ccbot.core import facts as f
from ccbot.core.calls import Stage
from ccbot.core.estimate import minutes_to_wait
from ccbot.core.ids import CallId
from tests.core.story import NOON, Story

TOLD_AFTER_S = 12.0
ANSWER_S = 4.0
PATIENCE_S = 400.0
"""As a mean; so long callers wait before they give up."""
STEP_S = 1.0


@dataclass(frozen=True, kw_only=True)
class Trade:
    """What the day is like."""

    agents: int
    talk_s: float = 150.0
    variation: float = 0.6
    """Standard deviation of the talks' lengths, as a share of the mean."""
    load: float = 1.1
    """Callers, as a share of what the agents can serve."""
    hours: float = 3.0


@dataclass
class BusyDay:
    """Plays a day, by chance."""

    trade: Trade
    rng: random.Random
    story: Story = field(default_factory=Story)
    served: list[tuple[int, float]] = field(default_factory=list)
    """(minutes that she was told, seconds that she waited on)."""
    told: dict[CallId, tuple[datetime, int]] = field(default_factory=dict)
    silent: int = 0
    _due: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _planned: int = 0
    _answered: int = 0
    _callers: int = 0

    def play(self) -> None:
        """From the first caller to the last hour."""
        story = self.story
        for index in range(self.trade.agents):
            story.agent(f"{1001 + index}")
        self._in(0, self._arrives)
        until = NOON + timedelta(hours=self.trade.hours)
        while story.now < until:
            story.wait(STEP_S)
            while self._due and self._due[0][0] <= story.now:
                heapq.heappop(self._due)[2]()
            for offer in story.offers[self._answered :]:
                self._in(ANSWER_S, partial(self._answers, offer))
            self._answered = len(story.offers)

    def _in(self, seconds: float, deed: Callable[[], None]) -> None:
        self._planned += 1
        at = self.story.now + timedelta(seconds=seconds)
        heapq.heappush(self._due, (at, self._planned, deed))

    def _arrives(self) -> None:
        trade = self.trade
        each_s = trade.talk_s + ANSWER_S + self.story.floor.routing.groups["service"].wrap_up_s
        self._in(self.rng.expovariate(trade.agents * trade.load / each_s), self._arrives)
        self._callers += 1
        call = self.story.caller(f"call-{self._callers:05d}")
        self._in(TOLD_AFTER_S, lambda: self._is_told(call))
        self._in(self.rng.expovariate(1 / PATIENCE_S), lambda: self._gives_up(call))

    def _is_waiting(self, call: CallId) -> bool:
        known = self.story.floor.calls.get(call)
        return known is not None and known.stage is Stage.WAITING

    def _is_told(self, call: CallId) -> None:
        if not self._is_waiting(call):
            return
        floor, now = self.story.floor, self.story.now
        minutes = minutes_to_wait(floor, floor.calls[call], now)
        if minutes is None:
            self.silent += 1
        else:
            self.told[call] = (now, minutes)

    def _gives_up(self, call: CallId) -> None:
        if self._is_waiting(call):
            self.story.post(f.CallEnded(call=call, by=f.EndedBy.CALLER))

    def _answers(self, offer: f.OfferMade) -> None:
        if not self.story.post(f.OfferAccepted(offer=offer.offer)):
            return
        self.story.post(f.OfferBridged(offer=offer.offer))
        if offer.call in self.told:
            at, minutes = self.told.pop(offer.call)
            self.served.append((minutes, (self.story.now - at).total_seconds()))
        self._in(self._talk_s(), lambda: self._is_over(offer.call))

    def _is_over(self, call: CallId) -> None:
        self.story.post(f.CallEnded(call=call, by=f.EndedBy.CALLER))

    def _talk_s(self) -> float:
        shape = math.sqrt(math.log(1 + self.trade.variation**2))
        return self.rng.lognormvariate(math.log(self.trade.talk_s) - shape**2 / 2, shape) + 1.5
