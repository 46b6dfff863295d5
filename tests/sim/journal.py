"""Every fact of a day, and what must be true at its end of facts, rows, words and ears.

The floor's own rules are asked for one thing only: to apply the facts again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from ccbot.core.facts import (
    AnyFact,
    CallEnded,
    CallEntered,
    FloorSeen,
    MessageLeft,
    ReasonLeft,
    Stamped,
)
from ccbot.core.floor import Floor
from ccbot.core.ids import CallId
from ccbot.core.records import CallRecord, record
from ccbot.core.records.agent_states import AgentLog, joined
from ccbot.core.records.follow_ups import FollowUp, follow_up
from ccbot.core.records.queue_entries import QueueEntry, queue_entries
from ccbot.core.records.standings import Interval
from ccbot.core.replay import Replay
from ccbot.core.routing_document import RoutingDocument
from ccbot.flows.spoken import MESSAGE_NAME
from ccbot.store.call_index import CallIndex
from tests.sim.call_books import Slip, slip_problems, slips
from tests.sim.checkers import LATE_S
from tests.sim.diaries import set_aside_s
from tests.sim.ears import Ears, Kind
from tests.sim.flag_books import flag_problems

SILENCE_S_MAX = 3.0
PASSED_ON_S_MAX = 0.5
"""Asterisk itself passes a phone's hold on to the other in the room, until she is in the lobby."""
"""The promise; a menu or survey that waits for a key is a question, not silence."""

WORD_S = 2.5
"""A message that is longer counts, the silence that is cut from its end left aside."""


class Journal:
    """Keeps every fact, as the outbox does."""

    def __init__(self) -> None:
        self.facts: list[Stamped] = []
        self._calls: dict[CallId, list[Stamped]] = {}
        self._index = CallIndex()
        self.row_of: Callable[[Sequence[Stamped]], CallRecord] = record
        self.entries_of = queue_entries
        self.intervals_of: Callable[[list[Interval]], list[Interval]] = list

    def listen(self, stamped: Stamped) -> None:
        """A listener of the desk."""
        self.facts.append(stamped)
        call = self._index.call_of(stamped.fact)
        self._index.add(len(self.facts), call, stamped.fact)
        if call is not None:
            self._calls.setdefault(call, []).append(stamped)

    def call_of_leg(self, leg: str) -> CallId | None:
        """The latest call of a channel."""
        entered = [one.fact for one in self.facts if isinstance(one.fact, CallEntered)]
        return next((fact.call for fact in reversed(entered) if fact.leg == leg), None)

    def callback_of(self, first: CallId) -> CallId | None:
        """The callback of that call's customer."""
        entered = [one.fact for one in self.facts if isinstance(one.fact, CallEntered)]
        return next((fact.call for fact in entered if fact.callback_of == first), None)

    def ended(self, call: CallId) -> bool:
        """Whether the call is over."""
        return any(isinstance(one.fact, CallEnded) for one in self._calls[call])

    def record(self, call: CallId) -> CallRecord:
        """The call's row."""
        return self.row_of(self._calls[call])

    def entries(self, call: CallId) -> tuple[QueueEntry, ...]:
        """The call's stays in queues, as reports count them."""
        facts = self._calls[call]
        return self.entries_of(facts, self.row_of(facts))

    def intervals(self) -> list[Interval]:
        """What agents were doing, as reports count it."""
        log = AgentLog()
        return self.intervals_of(joined(i for one in self.facts for i in log.take(one)))

    def follow_up(self, leg: str) -> FollowUp | None:
        """The task that the latest call of a channel left behind."""
        call = self.call_of_leg(leg)
        assert call is not None
        return follow_up(self._calls[call])

    def calls(self) -> list[CallId]:
        """Every call."""
        return list(self._calls)

    def slips(self, call: CallId) -> list[Slip]:
        """When agents answered this call and hung up at once."""
        return slips(self._calls[call])

    def facts_of(self, call: CallId) -> Sequence[Stamped]:
        """The call's facts, in order."""
        return self._calls[call]

    def problems(
        self, routing: RoutingDocument, codes_at: Sequence[datetime] = ()
    ) -> Iterable[str]:
        """What is wrong with the facts themselves, at the end of a day."""
        for call, facts in self._calls.items():
            endings = sum(isinstance(one.fact, CallEnded) for one in facts)
            if endings != 1:
                yield f"{call} has {endings} endings"
            else:
                row = self.row_of(facts)
                yield from _row_problems(row)
                yield from slip_problems(row, facts, routing, codes_at)
                yield from flag_problems(row, facts)

    def replay_problems(self, floor: Floor, routing: RoutingDocument) -> Iterable[str]:
        """The facts alone must give the same floor."""
        again = Floor(routing)
        for at, fact in self.facts:
            if again.apply(fact, at) is None:
                yield f"refused when applied again: {fact}"
        if _told_by_facts(again) != _told_by_facts(floor):
            yield "the facts, applied again, give another floor"

    def replay_from_a_snapshot_problems(self, floor: Floor) -> Iterable[str]:
        """So must the facts since a snapshot; the latest is that of the last start, or later."""
        replay = Replay()
        first = max(n for n, one in enumerate(self.facts) if isinstance(one.fact, FloorSeen))
        replay.take(self.facts[first])
        assert replay.floor is not None
        has_acquaintance = _holds(replay.floor)  # else it is not in the snapshot
        for stamped in self.facts[first + 1 :]:
            replay.take(stamped)
        if replay.refused:
            yield f"{replay.refused} facts were refused when applied again to a snapshot"
        if not (has_acquaintance and _holds(floor)):
            replay.floor.acquaintance = floor.acquaintance  # nobody asks for it
        if _told_by_facts(replay.floor) != _told_by_facts(floor):
            yield "the facts, applied again to a snapshot, give another floor"


def _holds(floor: Floor) -> bool:
    """Whether some group keeps callers for an agent whom they know."""
    return any(group.preferred_hold_s > 0 for group in floor.routing.groups.values())


def _told_by_facts(floor: Floor) -> tuple[object, ...]:
    """Everything that the floor keeps."""
    return floor.agents, floor.calls, floor.offers, floor.acquaintance, floor.places


def lost_words(facts: Iterable[AnyFact], lengths_s: Mapping[str, float]) -> Iterable[str]:
    """Whatever callers said for others to hear later is on record, and there to be heard.

    ``lengths_s``: what lies in the spool.
    """
    told = [one.recording for one in facts if isinstance(one, MessageLeft | ReasonLeft)]
    for name in told:
        if name not in lengths_s:
            yield f"{name} is on record, but not in the spool"
    for name, length_s in lengths_s.items():
        if name.startswith(MESSAGE_NAME) and name not in told and length_s > WORD_S:
            yield f"{name} was lost, {length_s:.1f} s long"


def _row_problems(row: CallRecord) -> Iterable[str]:
    for before, after in zip(row.segments, row.segments[1:], strict=False):
        if before.ended_at != after.started_at:
            yield f"{row.call_id}: a gap after segment {before.seq}"
    if (row.segments[0].started_at, row.segments[-1].ended_at) != (row.entered_at, row.ended_at):
        yield f"{row.call_id}: its segments do not span it"
    if (row.outcome == "answered") != bool(row.agents):
        yield f"{row.call_id}: {row.outcome} with agents {row.agents}"
    if (row.survey_score is not None) != (row.survey_status == "answered"):
        yield f"{row.call_id}: {row.survey_status} with score {row.survey_score}"


def ear_problems(
    ears: Ears,
    row: CallRecord,
    slips: list[Slip],
    epoch: datetime,
    beside: frozenset[str] = frozenset(),
    three: Sequence[tuple[float, float]] = (),
    held: Sequence[tuple[float, float]] = (),
) -> Iterable[str]:
    """What the customer heard, against her row and the promises.

    ``beside``: supervisors' channels, which may be heard besides; ``three``: when two agents may;
    ``held``: when her agents' own phones held, in the middle of a transfer, too.
    """
    asked = [
        ((one.started_at - epoch).total_seconds(), (one.ended_at - epoch).total_seconds())
        for one in row.segments
        if one.kind in {"menu", "survey", "voicemail"}
    ]
    for since, until in ears.silences():
        in_question = any(since >= began and until <= ended + LATE_S for began, ended in asked)
        if until - since > SILENCE_S_MAX and not in_question:
            yield f"{row.call_id}: silence from {since:.2f} to {until:.2f} s: {ears.story()}"
    for since, until, sounds in ears.spans():
        kinds = {sound.kind for sound in sounds}
        voices = sum(sound.kind is Kind.VOICE and sound.what not in beside for sound in sounds)
        prompts = sum(sound.kind is Kind.PROMPT for sound in sounds)
        alone = Kind.MUSIC in kinds and len(sounds) > 1 and until - since > PASSED_ON_S_MAX
        may_be_two = any(since <= ended and until >= began for began, ended in three)
        if until > since and (alone or voices > 1 + may_be_two or prompts > 1):
            yield f"{row.call_id}: {sorted(sounds)} at once at {since:.2f} s"
    slipped_s = sum((until - since).total_seconds() for since, until in slips)
    talked_s = ears.voice_s() + set_aside_s(ears, held, row.segments, epoch) - slipped_s
    if abs(talked_s - row.talk_ms / 1000) > LATE_S:
        yield f"{row.call_id}: talked {talked_s:.2f} s, but {row.talk_ms} ms in its row"
