"""What happened while nobody was here to see it: Asterisk's log of channels, turned into facts."""

from datetime import datetime, timedelta

import msgspec
import structlog

from ccbot.clock import Ambient
from ccbot.core.facts import CallEnded, CallEntered, EndedBy
from ccbot.core.ids import CallId
from ccbot.desk import Desk
from ccbot.pbx.leg_log import LegEvent, LegLog
from ccbot.recovery.checkpoints import LEG
from ccbot.recovery.keeper import Keeper

log = structlog.get_logger()

MARK = "leg log"

CONTEXTS = {"from-trunk": False, "from-test": True}
"""Where customers come in → whether it is a test."""

CERTAIN_S = 1.0
"""A call of which no event was seen so long after its end was never seen at all."""

ENDS_MAX = 10_000
"""So many ends are remembered, the latest."""


class _Kept(msgspec.Struct, kw_only=True):
    mark: bytes = b""
    began: dict[str, LegEvent] = {}
    unsettled: list[LegEvent] = []


class Gap:
    """Knows when legs began and ended, and makes the rows of calls that we never saw."""

    def __init__(
        self,
        *,
        leg_log: LegLog,
        keeper: Keeper,
        desk: Desk,
        ambient: Ambient,
    ) -> None:
        self._leg_log = leg_log
        self._keeper = keeper
        self._desk = desk
        self._clock = ambient.clock
        self._ids = ambient.ids
        self._began: dict[str, LegEvent] = {}
        """Customers' legs that have not ended."""
        self._ended: dict[str, datetime] = {}
        self._unsettled: list[LegEvent] = []
        if saved := keeper.load(MARK):
            kept = msgspec.json.decode(saved, type=_Kept)
            self._began, self._unsettled = kept.began, kept.unsettled
            self._ended = {one.leg: one.at for one in kept.unsettled}
            leg_log.go_on_from(kept.mark)

    def began_at(self, leg: str) -> datetime | None:
        """When a customer's leg that has not ended came to Asterisk."""
        event = self._began.get(leg)
        return event.at if event else None

    def ended_at(self, leg: str) -> datetime | None:
        """When a leg ended, if Asterisk said so."""
        return self._ended.get(leg)

    def read(self) -> None:
        """Take in what Asterisk wrote since the last reading."""
        news = self._leg_log.news()
        for event in news:
            self._take_in(event)
        settled = self._settle()
        if not news and not settled:
            return
        kept = _Kept(mark=self._leg_log.mark(), began=self._began, unsettled=self._unsettled)
        self._keeper.save(MARK, msgspec.json.encode(kept))
        for leg in settled:  # not before the mark: what is read once more was seen already
            self._keeper.drop(LEG + leg)

    def _take_in(self, event: LegEvent) -> None:
        if event.leg in self._ended:  # a log that begins anew may say things twice
            return
        if not event.ended:
            if event.context in CONTEXTS:
                self._began[event.leg] = event
            return
        self._ended[event.leg] = event.at
        if len(self._ended) > ENDS_MAX:
            del self._ended[next(iter(self._ended))]
        if event.leg in self._began:
            self._unsettled.append(event)

    def _settle(self) -> list[str]:
        """Customers' legs that have ended: whoever was never seen gets a row."""
        certain = self._clock.now() - timedelta(seconds=CERTAIN_S)
        settled = [one for one in self._unsettled if one.at <= certain]
        for ended in settled:
            self._unsettled.remove(ended)
            began = self._began.pop(ended.leg)
            if self._keeper.load(LEG + ended.leg) is None:
                self._record(began, ended)
        return [one.leg for one in settled]

    def _record(self, began: LegEvent, ended: LegEvent) -> None:
        call = CallId(self._ids.new("call"))
        log.info("a call came and went while we were away", call_id=call)
        dialled = "".join(c for c in began.dialled if c in "+0123456789")
        self._desk.post(
            CallEntered(
                call=call,
                leg=began.leg,
                dialled_number=dialled,
                entry=self._desk.floor.routing.entry_for(dialled),
                caller=began.caller,
                degraded=True,
                test=CONTEXTS[began.context],
                arrived_at=began.at,
            ),
            at=ended.at,
        )
        self._desk.post(CallEnded(call=call, by=EndedBy.CALLER), at=ended.at)
