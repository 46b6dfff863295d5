"""The floor of a rehearsal: facts in order of time, and what people do about them."""

import heapq
from collections import deque
from datetime import datetime

from ccbot.core import facts as f
from ccbot.core.calls import Call, Stage
from ccbot.core.decisions import Decision, Forget, Post, Propose, TimerKey, WakeAt, after
from ccbot.core.destinations import way_of
from ccbot.core.floor import Floor
from ccbot.core.ids import CallId, GroupKey, OfferId
from ccbot.core.rehearsal.fates import End, Fate
from ccbot.core.rehearsal.recorded import ANSWER_S, Arrival, Day
from ccbot.core.routing_document import RoutingDocument

Planned = tuple[datetime, int, f.AnyFact, TimerKey | None]


def rehearse(day: Day, document: RoutingDocument) -> dict[CallId, Fate]:
    """What would have become of each caller of the day with this document."""
    return _Rehearsal(day, document).fates()


class _Rehearsal:
    def __init__(self, day: Day, document: RoutingDocument) -> None:
        self._day = day
        self._document = document
        self._floor = Floor(document)
        self._now = day.begins_at
        self._planned: list[Planned] = []
        self._count = 0
        self._timers: dict[TimerKey, int] = {}
        self._arrivals = {one.entered.call: one for one in day.arrivals}
        self._queued_at: dict[CallId, datetime] = {}
        self._talks: dict[CallId, tuple[f.OfferMade, datetime]] = {}
        self._offers: dict[OfferId, f.OfferMade] = {}
        self._fates: dict[CallId, Fate] = {}

    def fates(self) -> dict[CallId, Fate]:
        for at, fact in self._day.presence:
            self._plan(at, fact)
        for one in self._day.arrivals:
            self._plan(one.at, one.entered)
            for at, fact in one.before:
                self._plan(at, fact)
            self._plan(one.queued_at, self._queued(one))
        while self._planned:
            at, number, fact, timer = heapq.heappop(self._planned)
            if timer is not None and self._timers.get(timer) != number:
                continue
            self._now = max(self._now, at)
            self._happens(fact)
        return self._fates

    def _queued(self, one: Arrival) -> f.CallQueued:
        """In the group that she asked for; if the document has none such, in the last resort."""
        group = one.queued.group
        if group not in self._document.groups:
            entry = one.entered.entry
            known = entry if entry in self._document.entries else self._document.default_entry
            group = GroupKey(self._document.last_resort(known))
        return f.CallQueued(call=one.entered.call, group=group, by=one.queued.by)

    def _plan(self, at: datetime, fact: f.AnyFact, timer: TimerKey | None = None) -> None:
        self._count += 1
        if timer is not None:
            self._timers[timer] = self._count
        heapq.heappush(self._planned, (at, self._count, fact, timer))

    # ---- facts and decisions --------------------------------------------------------------------

    def _happens(self, fact: f.AnyFact) -> None:
        if isinstance(fact, f.CallEntered) and fact.entry not in self._document.entries:
            entry = self._document.entry_for(fact.dialled_number)
            fact = f.CallEntered(
                call=fact.call, leg=fact.leg, dialled_number=fact.dialled_number, entry=entry,
                caller=fact.caller, degraded=fact.degraded, arrived_at=fact.arrived_at,
            )  # fmt: skip
        queue: deque[Decision] = deque([Post(fact)])
        while queue:
            match queue.popleft():
                case Post(fact=one):
                    self._apply(one, queue)
                case Propose():
                    self._reserve(queue)
                case WakeAt(key=key, at=at, fact=one):
                    self._plan(at, one, key)
                case Forget(key=key):
                    self._timers.pop(key, None)
                case _:
                    pass

    def _apply(self, fact: f.AnyFact, queue: deque[Decision]) -> None:
        if isinstance(fact, f.CallEnded):
            self._note_end(fact)
        decisions = self._floor.apply(fact, self._now)
        if decisions is not None:
            queue.extend(decisions)
            self._people_act(fact)

    def _reserve(self, queue: deque[Decision]) -> None:
        for one in self._floor.proposal(self._now):
            self._count += 1
            offer = OfferId(f"offer-{self._count}")
            self._apply(f.OfferMade(offer=offer, call=one.call, agent=one.agent), queue)

    # ---- what people do -------------------------------------------------------------------------

    def _people_act(self, fact: f.AnyFact) -> None:
        match fact:
            case f.CallQueued(call=call):
                self._waits(call)
            case f.OfferMade():
                self._rings(fact)
            case f.OfferAccepted(offer=offer):
                self._plan(self._now, f.OfferBridged(offer=offer))
            case f.TalkStarted(offer=offer):
                self._talk(self._offers[offer])
            case f.TalkEnded(call=call, agent=agent):
                self._plan(self._now, f.CallEnded(call=call, by=f.EndedBy.CALLER))
                if agent in self._day.wrap_up_s:
                    until = after(self._now, self._day.wrap_up_s[agent])
                    self._plan(until, f.WrapUpEnded(agent=agent))
            case f.CallTurnedAway(call=call) | f.QueueLeft(call=call):
                self._is_led_on(self._floor.calls[call])
            case _:
                pass

    def _waits(self, call: CallId) -> None:
        if call in self._queued_at:
            return
        self._queued_at[call] = self._now
        patience_s = self._arrivals[call].patience_s
        if patience_s is not None:
            left = f.CallEnded(call=call, by=f.EndedBy.CALLER)
            self._plan(after(self._now, patience_s), left, ("patience", call))

    def _rings(self, made: f.OfferMade) -> None:
        self._offers[made.offer] = made
        ring_s = self._floor.offers[made.offer].ring_s
        answer_s = min(ring_s, self._day.answer_s.get(made.agent, ANSWER_S))
        self._plan(after(self._now, answer_s), f.OfferAccepted(offer=made.offer))

    def _talk(self, made: f.OfferMade) -> None:
        call = self._floor.calls[made.call]
        self._timers.pop(("patience", call.id), None)
        began = call.talk_started_at or self._now
        self._talks[call.id] = made, began
        talk_s = self._arrivals[call.id].talk_s
        until = after(began, self._day.talk_s if talk_s is None else talk_s)
        self._plan(until, f.TalkEnded(call=call.id, agent=made.agent, by=f.EndedBy.CALLER))

    def _is_led_on(self, call: Call) -> None:
        """Where she is not served: to another group, or it is over."""
        way = way_of(self._document, call)
        key = self._arrivals[call.id].key
        if way.then == "ask" and key is not None:
            self._plan(self._now, f.MenuOpened(call=call.id))
            self._plan(self._now, key)
            call.closed_key = key.key or ""
            way = way_of(self._document, call)
            call.closed_key = None
        if way.then == "group" and way.group is not None:
            by = f.GroupChosenBy.OVERFLOW
            self._plan(self._now, f.CallQueued(call=call.id, group=way.group, by=by))
        else:
            self._plan(self._now, f.CallEnded(call=call.id, by=f.EndedBy.SYSTEM))

    def _note_end(self, fact: f.CallEnded) -> None:
        call = self._floor.calls.get(fact.call)
        if call is None:
            return
        since = self._queued_at.get(call.id, self._now)
        if call.id in self._talks:
            made, began = self._talks[call.id]
            wait_s = (began - since).total_seconds()
            self._fates[call.id] = Fate(end=End.ANSWERED, wait_s=wait_s, agent=made.agent)
            return
        in_line = call.stage in {Stage.WAITING, Stage.RINGING}
        end = End.LEFT if in_line else End.NOT_SERVED
        self._fates[call.id] = Fate(end=end, wait_s=(self._now - since).total_seconds())
