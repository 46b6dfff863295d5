"""Measures the legs of every talk while it lasts, and tells of each when it is over."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from ccbot.core.calls import TALKS, Call
from ccbot.core.facts import LegMeasured, Whose
from ccbot.core.ids import CallId
from ccbot.desk import Desk
from ccbot.pbx.exchange import Exchange
from ccbot.pbx.quality import Reading, read, trunk_of

MEASURE_S = 5.0
"""How often: Asterisk itself reports no more often. A talk shorter than that is not measured."""


class _InTalk(NamedTuple):
    """A leg that is in a talk now."""

    call: CallId
    leg: str
    whose: Whose
    agent: str
    """Empty for the customer's."""
    test: bool


@dataclass(slots=True)
class _Series:
    """What was read of one leg in one talk."""

    of: _InTalk
    line: str
    began_at: datetime
    before: Reading
    """What it had been through when the talk began."""
    last_at: datetime
    last: Reading
    jitters_ms: list[float] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)

    def add(self, reading: Reading, now: datetime) -> None:
        if reading.received > self.last.received:  # else it is silent: its own phone holds
            self.jitters_ms.append(reading.jitter_ms)
        if reading.mes is not None:
            self.scores.append(reading.mes)
        self.last, self.last_at = reading, now

    def measured(self) -> LegMeasured | None:
        """None: it was silent throughout."""
        if not self.jitters_ms:
            return None
        of, last = self.of, self.last
        anew = last.received < self.before.received  # another stream: it was counted from 0
        before = Reading() if anew else self.before
        return LegMeasured(
            call=of.call,
            leg=of.leg,
            whose=of.whose,
            line=self.line,
            lasted_s=round((self.last_at - self.began_at).total_seconds(), 3),
            received=last.received - before.received,
            lost=max(0, last.lost - before.lost),
            jitter_ms=_mean(self.jitters_ms),
            jitter_ms_max=round(max(self.jitters_ms), 2),
            mes=_mean(self.scores) if self.scores else None,
            mes_min=min(self.scores, default=None),
            far_lost=last.far_lost,
            test=of.test,
        )


class Measuring:
    """Beside the calls: nothing that it does or fails to do is in their way.

    One request is under way at a time, so a busy Asterisk is measured more rarely.
    """

    def __init__(self, desk: Desk, exchange: Exchange) -> None:
        self._desk = desk
        self._exchange = exchange
        self._series: dict[tuple[CallId, str], _Series] = {}
        self._before: dict[str, Reading] = {}
        """Of customers' legs that were in a talk before: what they had been through at its end."""

    async def run(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(MEASURE_S)
            await self.look()

    async def look(self) -> None:
        """Read every leg once; tell of those that are in their talk no more."""
        there = {(one.call, one.leg): one for one in self._in_talks()}
        for key in self._series.keys() - there.keys():
            self._conclude(self._series.pop(key))
        here = {call.leg for call in self._desk.floor.calls.values()}
        self._before = {leg: one for leg, one in self._before.items() if leg in here}
        for key, one in there.items():
            reading = await read(self._exchange, one.leg)
            if reading is not None:
                await self._take(key, one, reading)

    def _in_talks(self) -> Iterator[_InTalk]:
        for call in self._desk.floor.calls.values():
            if call.stage in TALKS:
                yield from _legs(call)

    async def _take(self, key: tuple[CallId, str], one: _InTalk, reading: Reading) -> None:
        series = self._series.get(key)
        now = self._desk.now()
        if series is None:
            line = one.agent or await trunk_of(self._exchange, one.leg)
            before = self._before.pop(one.leg, Reading())
            series = _Series(one, line, now, before, now, before)
            self._series[key] = series
        series.add(reading, now)

    def _conclude(self, series: _Series) -> None:
        if series.of.whose is Whose.CUSTOMER:
            self._before[series.of.leg] = series.last
        measured = series.measured()
        if measured is not None:
            self._desk.post(measured, at=series.last_at)


def _legs(call: Call) -> Iterator[_InTalk]:
    """Who is in the talk: the customer, its owner, and whom he wanted to hand her on to."""
    yield _InTalk(call.id, call.leg, Whose.CUSTOMER, "", call.test)
    if call.agent is not None and call.agent_leg:
        yield _InTalk(call.id, call.agent_leg, Whose.AGENT, call.agent, call.test)
    transfer = call.transfer
    if transfer is not None and transfer.target is not None and transfer.target_leg:
        yield _InTalk(call.id, transfer.target_leg, Whose.TARGET, transfer.target, call.test)


def _mean(values: list[float]) -> float:
    return round(sum(values) / len(values), 2)
