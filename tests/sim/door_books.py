"""Who is received, and where she stands in line: from the facts, apart from the floor's rules."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ccbot.core.agents import AgentState
from ccbot.core.calls import Stage
from ccbot.core.facts import (
    AnyFact,
    CallbackAsked,
    CallbackDue,
    CallbackGivenUp,
    CallbackNotWanted,
    CallbackPutOff,
    CallEnded,
    CallEntered,
    CallQueued,
    GroupChosenBy,
    OfferBridged,
    OfferMade,
    OfferMissed,
    OfferWithdrawn,
    QueueChanged,
    QueueLeft,
    RoutingPublished,
    TalkStarted,
    VoicemailBegun,
    Withdrawn,
)
from ccbot.core.floor import Floor
from ccbot.core.ids import CallId, GroupKey, OfferId
from tests.world.gates import CLOSED_ENTRIES
from tests.world.world import BLOCKED_CUSTOMER

LATE_S = 1.0
THROUGH_THE_DOOR = {
    GroupChosenBy.ENTRY,
    GroupChosenBy.KEY,
    GroupChosenBy.OPERATOR_KEY,
    GroupChosenBy.DEFAULT,
}


@dataclass(kw_only=True)
class Guest:
    """One call, as the facts tell of it."""

    entered: CallEntered
    since: datetime
    group: GroupKey | None = None
    waits: bool = False
    has_met: bool = False
    been_in: list[GroupKey] = field(default_factory=list)


class Doors:
    """Closed doors, full queues, circles of overflows, and places that are kept."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._guests: dict[CallId, Guest] = {}
        self._offers: dict[OfferId, CallId] = {}
        self._kept: dict[tuple[GroupKey, str], tuple[datetime, datetime]] = {}
        self._too_many: set[CallId] = set()
        self._served: set[tuple[GroupKey, str]] = set()

    def moves_to(self, floor: Floor) -> None:
        """Another process has taken over."""
        self._floor = floor

    def problems(self, fact: AnyFact, at: datetime) -> Iterator[str]:
        """What is wrong with this fact; it is written down, too."""
        match fact:
            case CallEntered():
                self._guests[fact.call] = Guest(entered=fact, since=fact.arrived_at or at)
            case CallQueued():
                yield from self._queued(fact, at)
            case QueueChanged():
                guest = self._guests[fact.call]
                guest.group = fact.group
                guest.been_in.append(fact.group)
            case QueueLeft() | VoicemailBegun() | CallbackAsked() | CallbackPutOff():
                self._waits_no_more(fact.call)
            case CallbackGivenUp():
                self._waits_no_more(fact.call)
            case CallbackNotWanted() | CallbackDue():
                self._guests[fact.call].waits = True
            case CallEnded():
                self._ended(self._guests.pop(fact.call), at)
                self._too_many.discard(fact.call)
            case _:
                self._note_offer(fact)

    def _waits_no_more(self, call: CallId) -> None:
        self._guests[call].waits = False
        self._too_many.discard(call)

    def _note_offer(self, fact: AnyFact) -> None:
        if isinstance(fact, OfferMade):
            self._offers[fact.offer] = fact.call
        elif isinstance(fact, OfferBridged | OfferMissed | OfferWithdrawn | TalkStarted):
            guest = self._guests.get(self._offers[fact.offer])
            if guest is None:
                return
            if isinstance(fact, OfferBridged):
                guest.has_met = True
            elif isinstance(fact, TalkStarted):
                guest.waits = False
                if guest.group is not None and guest.entered.caller:
                    self._served.add((guest.group, guest.entered.caller.removeprefix("+86")))
            elif isinstance(fact, OfferMissed) or fact.reason is Withdrawn.CALL_MOVED_ON:
                guest.has_met = False

    def _queued(self, fact: CallQueued, at: datetime) -> Iterator[str]:
        guest = self._guests[fact.call]
        if guest.entered.callback_of is not None and not guest.been_in:
            yield from self._called_back(fact, guest, guest.entered.callback_of)
            return
        if fact.by is GroupChosenBy.TRANSFER:
            yield from self._handed_on(fact, guest, at)
            return
        if fact.by in THROUGH_THE_DOOR and guest.entered.entry in CLOSED_ENTRIES:
            yield f"{fact.call} was received at a closed door"
        if guest.entered.caller == BLOCKED_CUSTOMER:
            yield f"{fact.call} is blocked, and was received"
        if fact.by is GroupChosenBy.OVERFLOW and fact.group in guest.been_in:
            yield f"{fact.call} came to {fact.group} again"
        others = sum(
            one.waits and one.group == fact.group and one.entered.callback_of is None
            for one in self._guests.values()
        )
        if others >= self._floor.group(fact.group).callers_max:
            self._too_many.add(fact.call)
        if not guest.been_in and not guest.entered.degraded:
            guest.since = at
        guest.group, guest.waits = fact.group, True
        guest.been_in.append(fact.group)
        yield from self._place(fact, guest, at)

    def _called_back(self, fact: CallQueued, guest: Guest, first: CallId) -> Iterator[str]:
        """In the place of the first call, however many wait."""
        guest.group, guest.waits = fact.group, True
        guest.been_in.append(fact.group)
        guest.since = self._guests[first].since
        stands = self._floor.calls[fact.call].in_line_since
        if stands != guest.since:
            yield f"{fact.call} stands in line since {stands}, not as {first}"

    def _handed_on(self, fact: CallQueued, guest: Guest, at: datetime) -> Iterator[str]:
        """She waits anew, the first of all; a full queue takes her, too."""
        guest.group, guest.waits, guest.has_met, guest.since = fact.group, True, False, at
        guest.been_in.append(fact.group)
        if (stands := self._floor.calls[fact.call].in_line_since) != at:
            yield f"{fact.call} was handed on at {at}, but stands in line since {stands}"

    def _place(self, fact: CallQueued, guest: Guest, at: datetime) -> Iterator[str]:
        number = guest.entered.caller.removeprefix("+86")
        since, until = self._kept.pop((fact.group, number), (at, at))
        if at <= until:
            guest.since = min(guest.since, since)
        for owed in self._owed_to(number):
            guest.since = min(guest.since, owed.since if owed.group == fact.group else at)
        stands = self._floor.calls[fact.call].in_line_since
        if stands != guest.since:
            yield f"{fact.call} stands in line since {stands}, not {guest.since}"

    def _ended(self, guest: Guest, at: datetime) -> None:
        if guest.waits and not guest.has_met and guest.entered.caller and guest.group is not None:
            until = at + timedelta(seconds=self._floor.group(guest.group).place_kept_s)
            number = guest.entered.caller.removeprefix("+86")
            self._kept[guest.group, number] = guest.since, until

    def _owed_to(self, number: str) -> Iterator[Guest]:
        """The callbacks of this customer, as long as nobody has reached her."""
        for one in self._guests.values():
            if one.entered.callback_of is None or one.entered.caller.removeprefix("+86") != number:
                continue
            call = self._floor.calls.get(one.entered.call)
            if call is not None and call.owed:
                yield one

    def full(self) -> Iterator[str]:
        """After the step: whoever is in a queue in which there was no place for her."""
        for call in self._too_many:
            yield f"{call} got into a full queue"
        self._too_many.clear()
        for group, number in self._served:
            for owed in self._owed_to(number):
                if owed.group == group and owed.waits:
                    yield f"{owed.entered.call} is owed to a customer who was served"
        self._served.clear()


class Lazy:
    """Callers for whom nobody is ready, where the document sends them elsewhere then."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._since: dict[CallId, datetime] = {}
        self._published_at: datetime | None = None

    def moves_to(self, floor: Floor) -> None:
        """Another process has taken over: it finds out anew who is ready."""
        self._floor = floor
        self._since.clear()

    def keep_books(self, fact: AnyFact, now: datetime) -> None:
        """After each fact, also while nobody looks: a phone may be out of reach for a moment."""
        if isinstance(fact, RoutingPublished):
            self._published_at = now
        lazy = {call for call in self._floor.calls if self._is_lazy(call)}
        self._since = {call: self._since.get(call, now) for call in lazy}

    def too_long(self, now: datetime) -> Iterator[str]:
        """Whoever waits on though nobody has been ready for long."""
        for call, since in self._since.items():
            if call not in self._floor.calls:
                continue  # it went without a word, which other books tell
            group = self._floor.calls[call].group
            assert group is not None
            limit = timedelta(seconds=self._floor.group(group).not_ready_s_max + LATE_S)
            if now - max(since, self._published_at or since) > limit:
                yield f"{call} waits on though nobody has been ready since {since}"

    def _is_lazy(self, call_id: CallId) -> bool:
        call = self._floor.calls[call_id]
        if call.stage is not Stage.WAITING or call.group is None:
            return False
        if self._floor.group(call.group).overflow.not_ready is None:
            return False
        states = {
            agent.state
            for agent in self._floor.agents.values()
            if call.group in agent.groups and agent.reachable and not agent.test
        }
        return states == {AgentState.PAUSED}
