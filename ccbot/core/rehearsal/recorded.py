"""What the journal tells of a day: who came and how long she talked, and how agents worked."""

from collections import defaultdict
from datetime import datetime
from statistics import median

import msgspec

from ccbot.core import facts as f
from ccbot.core.agents import Agent, AgentState
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.records import CallRecord, record
from ccbot.core.records.rows import SegmentKind
from ccbot.core.rehearsal.fates import LEFT, End, Fate
from ccbot.core.replay import Replay
from ccbot.core.routing_document import RoutingDocument

BEFORE_THE_QUEUE = f.CustomerKnown | f.MenuOpened | f.LanguageChosen
PRESENCE = f.AgentConfigured | f.AgentRemoved | f.AgentSignedIn | f.AgentSignedOut | f.AgentPaused
WITH_AN_AGENT = {SegmentKind.TALK, SegmentKind.HOLD, SegmentKind.CONSULT}
IN_LINE = {SegmentKind.WAITING, SegmentKind.RINGING}

ANSWER_S, TALK_S = 5.0, 180.0
"""Where a day has none to learn from."""


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A caller who came to a queue."""

    entered: f.CallEntered
    at: datetime
    before: tuple[f.Stamped, ...]
    """What is known of her before the queue."""
    key: f.ClosedKeyChosen | None
    queued: f.CallQueued
    queued_at: datetime
    patience_s: float | None
    """After so long in line she left, or chose something else; None: not known."""
    talk_s: float | None
    was: Fate


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a rehearsal needs."""

    document: RoutingDocument
    """What was live as the day began."""
    begins_at: datetime
    presence: tuple[f.Stamped, ...]
    """How agents came and went; those who were there at first, too."""
    arrivals: tuple[Arrival, ...]
    not_queued: int
    """Callers who came to no queue: turned away, or gone in the menu."""
    answer_s: dict[AgentId, float]
    wrap_up_s: dict[AgentId, float]
    talk_s: float


class Recorder:
    """Goes through a journal, from before a day to some time after it."""

    def __init__(self, begins_at: datetime, ends_at: datetime) -> None:
        self._begins_at, self._ends_at = begins_at, ends_at
        self._before = Replay()
        self._document: RoutingDocument | None = None
        self._presence: list[f.Stamped] = []
        self._calls: dict[CallId, list[f.Stamped]] = {}
        self._offers: dict[OfferId, tuple[f.OfferMade, datetime]] = {}
        self._answers: defaultdict[AgentId, list[float]] = defaultdict(list)
        self._wraps: defaultdict[AgentId, list[float]] = defaultdict(list)
        self._talked_until: dict[AgentId, datetime] = {}

    def take(self, stamped: f.Stamped) -> None:
        """The next fact."""
        if stamped.at < self._begins_at:
            self._before.take(stamped)
            return
        self._begin()
        if self._document is None and isinstance(stamped.fact, f.RoutingPublished):
            self._document = stamped.fact.document
        self._note_agents(stamped)
        self._note_call(stamped)

    def day(self) -> Day | None:
        """The day; None if the journal does not reach back to a document."""
        self._begin()
        if self._document is None:
            return None
        arrivals = [self._arrival(facts) for facts in self._calls.values()]
        found = tuple(one for one in arrivals if one is not None)
        talks = [one.talk_s for one in found if one.talk_s is not None]
        return Day(
            document=self._document,
            begins_at=self._begins_at,
            presence=tuple(self._presence),
            arrivals=found,
            not_queued=len(arrivals) - len(found),
            answer_s={agent: median(some) for agent, some in self._answers.items()},
            wrap_up_s={agent: median(some) for agent, some in self._wraps.items()},
            talk_s=median(talks) if talks else TALK_S,
        )

    def _begin(self) -> None:
        """How everybody stood as the day began; once."""
        floor, self._before = self._before.floor, Replay()
        if floor is not None:
            self._document = floor.routing
            for agent in floor.agents.values():
                facts = _as_he_stood(agent)
                self._presence += [f.Stamped(self._begins_at, one) for one in facts]

    def _note_agents(self, stamped: f.Stamped) -> None:
        at, fact = stamped
        missed = isinstance(fact, f.AgentPaused) and fact.reason is f.Pause.MISSED_CALL
        if isinstance(fact, PRESENCE) and not missed and at < self._ends_at:
            self._presence.append(stamped)
        elif isinstance(fact, f.PhoneChanged) and at < self._ends_at:
            is_gone = fact.phone is f.Phone.UNREACHABLE
            phone = f.Phone.UNREACHABLE if is_gone else f.Phone.IDLE
            self._presence.append(f.Stamped(at, f.PhoneChanged(agent=fact.agent, phone=phone)))
        elif isinstance(fact, f.WrapUpEnded) and fact.agent in self._talked_until:
            since = self._talked_until.pop(fact.agent)
            self._wraps[fact.agent].append((at - since).total_seconds())

    def _note_call(self, stamped: f.Stamped) -> None:
        at, fact = stamped
        call: CallId | None = getattr(fact, "call", None)
        if isinstance(fact, f.CallEntered):
            if at < self._ends_at and not fact.test and fact.callback_of is None:
                self._calls[fact.call] = []
        elif isinstance(fact, f.OfferMade):
            self._offers[fact.offer] = fact, at
        elif (offer := getattr(fact, "offer", None)) in self._offers:
            made, rang_at = self._offers[offer]
            call = made.call
            if isinstance(fact, f.OfferAccepted):
                self._answers[made.agent].append((at - rang_at).total_seconds())
        elif isinstance(fact, f.TalkEnded):
            self._talked_until[fact.agent] = at
        if call in self._calls:
            self._calls[call].append(stamped)

    @staticmethod
    def _arrival(facts: list[f.Stamped]) -> Arrival | None:
        entered = facts[0].fact
        queued = next((one for one in facts if isinstance(one.fact, f.CallQueued)), None)
        if queued is None or not isinstance(facts[-1].fact, f.CallEnded):
            return None
        assert isinstance(entered, f.CallEntered)
        assert isinstance(queued.fact, f.CallQueued)
        row, before = record(facts), facts[: facts.index(queued)]
        was = _as_it_was(row)
        keys = [one.fact for one in before if isinstance(one.fact, f.ClosedKeyChosen)]
        return Arrival(
            entered=entered,
            at=facts[0].at,
            before=tuple(one for one in before if isinstance(one.fact, BEFORE_THE_QUEUE)),
            key=keys[0] if keys else None,
            queued=queued.fact,
            queued_at=queued.at,
            patience_s=was.wait_s if was.end is End.LEFT else None,
            talk_s=_lasted_s(row, WITH_AN_AGENT) if was.end is End.ANSWERED else None,
            was=was,
        )


def _as_it_was(row: CallRecord) -> Fate:
    """Until she was answered first; whoever chose a message or a callback herself has left."""
    waited_s = 0.0
    for one in row.segments:
        if one.kind in WITH_AN_AGENT:
            return Fate(end=End.ANSWERED, wait_s=waited_s, agent=row.agents[0])
        if one.kind in IN_LINE:
            waited_s += (one.ended_at - one.started_at).total_seconds()
    in_line = [one for one in row.segments if one.kind in IN_LINE]
    chose = bool(in_line) and in_line[-1].ended_by is f.EndedBy.CALLER
    return Fate(end=End.LEFT if chose or row.outcome in LEFT else End.NOT_SERVED, wait_s=waited_s)


def _lasted_s(row: CallRecord, kinds: set[SegmentKind]) -> float:
    some = [one for one in row.segments if one.kind in kinds]
    return sum((one.ended_at - one.started_at).total_seconds() for one in some)


def _as_he_stood(agent: Agent) -> list[f.AnyFact]:
    groups = tuple(GroupKey(one) for one in agent.groups)
    stood: list[f.AnyFact] = [
        f.AgentConfigured(
            agent=agent.id, name=agent.name, groups=groups, test=agent.test, role=agent.role,
            leads=agent.leads,
        )
    ]  # fmt: skip
    if agent.phone is not f.Phone.UNREACHABLE:
        stood.append(f.PhoneChanged(agent=agent.id, phone=f.Phone.IDLE))
    if agent.signed_in:
        stood.append(f.AgentSignedIn(agent=agent.id))
    if agent.state is AgentState.PAUSED:
        stood.append(f.AgentPaused(agent=agent.id, reason=agent.pause or f.Pause.OTHER_WORK))
    return stood
