"""How callers reach somebody, for Prometheus: by group, with no number of anybody.

The counters take the very entries that reports count (``core.queue_entries``): an answer is counted
as soon as it is a talk, everything else when the call has ended. Test calls are left out, and so
are callbacks: nobody waits at the telephone for them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ccbot.clock import Clock
from ccbot.core.calls import Call, Stage
from ccbot.core.facts import (
    CallEnded,
    CallEntered,
    CallQueued,
    EndedBy,
    QueueChanged,
    Stamped,
    TalkStarted,
)
from ccbot.core.floor import Floor
from ccbot.core.ids import CallId
from ccbot.core.records import CallRecord, Segment, SegmentKind, record
from ccbot.core.records.estimates_told import told_estimates
from ccbot.core.records.queue_entries import EntryEnd, QueueEntry, queue_entries
from ccbot.core.records.transfers import transfers
from ccbot.store.call_index import CallIndex

WAIT_S = (5, 10, 15, 20, 30, 60, 120)
_IN_TALK = {SegmentKind.TALK, SegmentKind.HOLD, SegmentKind.CONSULT}
_IN_LINE = {Stage.WAITING, Stage.RINGING}
TALK_S = (30, 60, 120, 180, 300, 600, 1200)


class ServiceCounter:
    """A listener of the desk."""

    def __init__(
        self, registry: CollectorRegistry, open_calls: Mapping[CallId, Sequence[Stamped]]
    ) -> None:
        """``open_calls``: what the process before this one saw and counted."""
        self._offered = Counter(
            "ccbot_queue_offered", "Stays in queues that began", ["group"], registry=registry
        )
        self._ended = Counter(
            "ccbot_queue_ended", "… that ended, and how", ["group", "ended_as", "why"],
            registry=registry,
        )  # fmt: skip
        self._wait = Histogram(
            "ccbot_queue_wait_seconds", "How long they lasted", ["group", "ended_as"],
            buckets=WAIT_S, registry=registry,
        )  # fmt: skip
        self._talk = Histogram(
            "ccbot_talk_seconds", "Talks", ["group"], buckets=TALK_S, registry=registry
        )
        self._scores = Counter(
            "ccbot_survey_scores", "Valid answers", ["group", "score"], registry=registry
        )
        self._estimates = Counter(
            "ccbot_estimates", "Estimates told to who waited, by whether they were true",
            ["result"], registry=registry,
        )  # fmt: skip
        self._holds = Counter("ccbot_holds", "Customers put on hold", ["group"], registry=registry)
        self._transfers = Counter(
            "ccbot_transfers", "Transfers, by what became of them",
            ["group", "kind", "ended_as"], registry=registry,
        )  # fmt: skip
        self._index = CallIndex()
        self._facts: dict[CallId, list[Stamped]] = {}
        self._counted: dict[CallId, set[int]] = {}
        """Entries of each call that are counted already, by their number."""
        for facts in open_calls.values():
            for stamped in facts:
                self._keep(stamped)
        for call in self._facts:
            self._counted[call] = {one.entry_no for one in self._answered(call)}

    def listen(self, stamped: Stamped) -> None:
        """Count what this fact makes certain."""
        call = self._keep(stamped)
        if call is None:
            return
        fact = stamped.fact
        if isinstance(fact, CallQueued | QueueChanged):
            self._offered.labels(fact.group).inc()
        elif isinstance(fact, TalkStarted):
            for entry in self._answered(call):
                self._count(call, entry)
        elif isinstance(fact, CallEnded):
            self._count_whole(call)

    def _keep(self, stamped: Stamped) -> CallId | None:
        """The customer's call that the fact belongs to."""
        fact = stamped.fact
        call = self._index.call_of(fact)
        if isinstance(fact, CallEntered) and not fact.test and fact.callback_of is None:
            self._facts[fact.call], self._counted[fact.call] = [], set()
        if call not in self._facts or call is None:
            return None
        self._index.add(0, call, fact)
        self._facts[call].append(stamped)
        return call

    def _answered(self, call: CallId) -> list[QueueEntry]:
        """As if the call ended now: an answer stays one, whatever follows."""
        facts = self._facts[call]
        _, entries = _told([*facts, Stamped(facts[-1].at, _ending(call))])
        return [one for one in entries if one.ended_as is EntryEnd.ANSWERED]

    def _count(self, call: CallId, entry: QueueEntry) -> None:
        if entry.entry_no in self._counted[call]:
            return
        self._counted[call].add(entry.entry_no)
        self._ended.labels(entry.group_key, entry.ended_as.value, entry.why).inc()
        wait_s = entry.wait_ms / 1000
        self._wait.labels(entry.group_key, entry.ended_as.value).observe(wait_s)

    def _count_whole(self, call: CallId) -> None:
        row, entries = _told(self._facts[call])
        for entry in entries:
            self._count(call, entry)
        self._count_in_talk(call, row)
        for told in told_estimates(self._facts[call], row):
            if told.hit is not None:
                self._estimates.labels("hit" if told.hit else "miss").inc()
        if row.survey_score is not None:
            self._scores.labels(row.last_group or "", str(row.survey_score)).inc()
        self._index.forget(call)
        del self._facts[call], self._counted[call]

    def _count_in_talk(self, call: CallId, row: CallRecord) -> None:
        for group, lasted_s in _talks(row.segments):
            self._talk.labels(group).observe(lasted_s)
        for segment in row.segments:
            if segment.kind is SegmentKind.HOLD:
                self._holds.labels(segment.group_key or "").inc()
        for one in transfers(self._facts[call], row):
            labels = (one.group_key or "", one.kind.value, one.ended_as.value)
            self._transfers.labels(*labels).inc()


def _talks(segments: Iterable[Segment]) -> Iterable[tuple[str, float]]:
    """Each talk's group and seconds, without hold and consult."""
    with_agents = (one for one in segments if one.kind in _IN_TALK)
    for (_, group, _), own in groupby(with_agents, lambda s: (s.entry_no, s.group_key, s.agent)):
        lasted = [s.ended_at - s.started_at for s in own if s.kind is SegmentKind.TALK]
        yield group or "", sum(lasted, timedelta()).total_seconds()


def _ending(call: CallId) -> CallEnded:
    return CallEnded(call=call, by=EndedBy.SYSTEM)


def _told(facts: Sequence[Stamped]) -> tuple[CallRecord, tuple[QueueEntry, ...]]:
    row = record(facts)
    return row, queue_entries(facts, row)


class QueueGauges(Collector):
    """Who waits now, and how long the longest has waited; by group, at the moment of asking."""

    def __init__(self, floor: Floor, clock: Clock) -> None:
        self._floor = floor
        self._clock = clock

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The gauges, as Prometheus wants them."""
        now = self._clock.now()
        waiting = GaugeMetricFamily("ccbot_waiting_now", "Callers in the queue", labels=["group"])
        longest = GaugeMetricFamily(
            "ccbot_longest_wait_seconds", "Of those who wait now", labels=["group"]
        )
        by_group: dict[str, list[float]] = {key: [] for key in self._floor.routing.groups}
        for call in self._floor.calls.values():
            if call.stage in _IN_LINE and not call.test and call.callback_of is None:
                by_group.setdefault(call.group or "", []).append(_waited_s(call, now))
        for group, waits in by_group.items():
            waiting.add_metric([group], len(waits))
            longest.add_metric([group], max(waits, default=0.0))
        return [waiting, longest]


def _waited_s(call: Call, now: datetime) -> float:
    since = call.waiting_since or now
    return max(0.0, (now - since).total_seconds())
