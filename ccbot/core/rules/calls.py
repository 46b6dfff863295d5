"""What the floor does with facts about calls: from the first ring to the last word."""

from datetime import datetime
from typing import TYPE_CHECKING

from ccbot.core import facts as f
from ccbot.core.calls import TALKS, Call, CallEvent, Stage
from ccbot.core.decisions import Decision, Forget, Post, Tell
from ccbot.core.destinations import asks_after_hours
from ccbot.core.ids import CallId
from ccbot.core.numbers import is_among
from ccbot.core.reception import is_closed, not_received
from ccbot.core.rules.callbacks import CallbackRules
from ccbot.core.rules.offers import OfferRules
from ccbot.core.rules.owed import place_of_callback
from ccbot.core.rules.patience import patience
from ccbot.core.rules.publishing import elsewhere, limit, waits_on, widening
from ccbot.core.rules.recordings import pause_goes_on
from ccbot.core.rules.supervision import all_leave
from ccbot.core.rules.transfers import TransferRules
from ccbot.core.rules.wrap_ups import let_target_go, wrap_up
from ccbot.core.timers import pause_timer, transfer_timer, waiting_over

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

Result = list[Decision] | None


class CallRules:
    """Facts about calls."""

    def __init__(self, floor: "Floor") -> None:
        self._floor = floor
        self._offers = OfferRules(floor)
        self._callbacks = CallbackRules(floor)
        self._transfers = TransferRules(floor)

    def entered(self, fact: f.CallEntered, now: datetime) -> Result:
        if fact.call in self._floor.calls:
            return None
        call = Call(
            id=fact.call,
            leg=fact.leg,
            entry=fact.entry,
            dialled_number=fact.dialled_number,
            caller=fact.caller,
            test=fact.test,
            degraded=fact.degraded,
            entered_at=fact.arrived_at or now,
            in_line_since=fact.arrived_at or now,
            vip=is_among(fact.caller, self._floor.routing.customers.vip),
        )
        self._floor.calls[fact.call] = call
        if fact.callback_of is not None:
            self._takes_the_place_of(call, fact.callback_of)
            return []
        return self._at_the_door(call)

    def _takes_the_place_of(self, callback: Call, first: CallId) -> None:
        callback.callback_of = first
        if call := self._floor.calls.get(first):
            call.booked, callback.group = callback.id, call.group
            callback.in_line_since = call.in_line_since
            callback.language, callback.language_by = call.language, call.language_by
            callback.customer, callback.customer_language = call.customer, call.customer_language
            callback.vip, callback.preferred_agent = call.vip, call.preferred_agent

    def _at_the_door(self, call: Call) -> list[Decision]:
        """Whether she is received is settled once: now, or when her language is known."""
        turned_away = not_received(self._floor.routing, call)
        return [] if turned_away is None else [Post(turned_away)]

    def turned_away(self, fact: f.CallTurnedAway, now: datetime) -> Result:
        call = self._floor.calls.get(fact.call)
        if call is None or not call.may(CallEvent.TURN_AWAY):
            return None
        call.move(CallEvent.TURN_AWAY)
        call.turned_away, call.turned_away_say = fact.reason, fact.say
        return []

    def closed_key_chosen(self, fact: f.ClosedKeyChosen, now: datetime) -> Result:
        call = self._floor.calls.get(fact.call)
        if call is None or call.turned_away is None:
            return None
        if not call.may(CallEvent.CHOOSE_AFTER_HOURS):
            return None
        call.move(CallEvent.CHOOSE_AFTER_HOURS)
        call.closed_key = fact.key or ""
        return []

    def taken_up(self, fact: f.CallTakenUp, now: datetime) -> Result:
        """The call stands on the floor as it was left; only its timers are gone."""
        call = self._floor.calls.get(fact.call)
        if call is None:
            return None
        if call.gave_up is not None:
            return [Tell(call.id, call.gave_up)]
        if call.stage in {Stage.WAITING, Stage.RINGING}:
            return self._queues_on(call, now)
        if call.owed:
            return self._callbacks.taken_up(call, now)
        if call.stage in TALKS:
            return [*self._transfers.taken_up(call), *pause_goes_on(call)]
        # Whoever was turned away as ccbot died is not on record yet.
        return self._at_the_door(call) if call.stage is Stage.GREETING else []

    def _queues_on(self, call: Call, now: datetime) -> list[Decision]:
        call.unreachable_since = call.not_ready_since = None
        again = self._offers.asked_again(call, now)
        if call.stage is Stage.WAITING and call.group in self._floor.gone_groups:
            return [*again, *elsewhere(self._floor, call)]
        waits = patience(self._floor, call, now) if call.stage is Stage.WAITING else []
        return [*limit(self._floor, call, now), *again, *waits]

    def menu_opened(self, fact: f.MenuOpened, now: datetime) -> Result:
        call = self._floor.calls.get(fact.call)
        if call is None or not call.may(CallEvent.OPEN_MENU):
            return None
        if call.stage is Stage.LEAVING and not asks_after_hours(self._floor.routing, call):
            return None
        call.move(CallEvent.OPEN_MENU)
        return []

    def language_chosen(self, fact: f.LanguageChosen, now: datetime) -> Result:
        """Refused the second time: after the language menu comes the real one."""
        call = self._floor.calls.get(fact.call)
        if call is None or call.language is not None or not call.may(CallEvent.CHOOSE_LANGUAGE):
            return None
        call.move(CallEvent.CHOOSE_LANGUAGE)
        call.language, call.language_by = fact.language, fact.by
        return self._at_the_door(call)

    def queued(self, fact: f.CallQueued, now: datetime) -> Result:
        call = self._floor.calls.get(fact.call)
        event = _into_the_queue(fact)
        if call is None or not call.may(event) or fact.group not in self._floor.routing.groups:
            return None
        handed_on = event is CallEvent.HEAD_QUEUE
        if handed_on and not _nobody_has(call):
            return None
        full = self._floor.is_full(fact.group)
        call.move(event)
        call.at_head, call.requeued = handed_on, handed_on and call.transfer is None
        call.transfer = None
        if handed_on:
            call.agent, call.agent_leg, call.in_line_since = None, "", now
        if call.waiting_since is None and not call.degraded and not call.owed:
            call.in_line_since = now
        call.group, call.waiting_since = fact.group, now
        call.been_in.append(fact.group)
        if call.owed:
            return waits_on(self._floor, call, now)
        if not handed_on:
            self._floor.places.give_back(call, now)
        place_of_callback(self._floor, call)
        call.gave_up = call.unreachable_since = call.not_ready_since = None
        reason = None if handed_on else self._refused(call, full=full, now=now)
        if reason is not None:
            return [Post(f.QueueLeft(call=call.id, reason=reason))]
        again = self._offers.asked_again(call, now)  # in another group, too
        return [*limit(self._floor, call, now), *again, *patience(self._floor, call, now)]

    def widened(self, fact: f.EligibilityWidened, now: datetime) -> Result:
        """Who is eligible is asked after every fact; this one asks, and sets the next moment."""
        call = self._floor.calls.get(fact.call)
        if call is None or call.stage not in {Stage.WAITING, Stage.RINGING}:
            return None
        return widening(self._floor, call, now)

    def _refused(self, call: Call, *, full: bool, now: datetime) -> f.GaveUp | None:
        """Why she does not get into the queue at all."""
        assert call.group is not None
        if is_closed(self._floor.routing, self._floor.group(call.group).hours, now):
            return f.GaveUp.CLOSED
        if full:
            return f.GaveUp.QUEUE_FULL
        return None if self._floor.staffed_for(call) else f.GaveUp.NO_AGENTS

    def queue_left(self, fact: f.QueueLeft, now: datetime) -> Result:
        """Refused while an agent's phone rings: the miss that follows asks again."""
        call = self._floor.calls.get(fact.call)
        if call is None or not call.may(CallEvent.GIVE_UP):
            return None
        call.move(CallEvent.GIVE_UP)
        call.gave_up = fact.reason
        return [*waiting_over(call), Tell(call.id, fact.reason)]

    def voicemail_begun(self, fact: f.VoicemailBegun, now: datetime) -> Result:
        """Refused while a phone rings: the offer is taken back before."""
        call = self._floor.calls.get(fact.call)
        if call is None or not call.may(CallEvent.LEAVE_MESSAGE):
            return None
        call.move(CallEvent.LEAVE_MESSAGE)
        return [*waiting_over(call), Tell(call.id, call.stage)]

    def noted(
        self,
        fact: f.GreetingPlayed
        | f.SurveyFinished
        | f.SurveyResolved
        | f.ReasonLeft
        | f.MessageLeft
        | f.MessageNotTaken,
        now: datetime,
    ) -> Result:
        """For the record; a call that is taken up must know what it has given."""
        call = self._floor.calls.get(fact.call)
        if call is None:
            return None
        if isinstance(fact, f.GreetingPlayed):
            call.greeted.append(fact.agent)
        elif isinstance(fact, f.SurveyFinished):
            call.surveyed = True
        elif isinstance(fact, f.ReasonLeft):
            call.reason_left = True
        elif isinstance(fact, f.MessageLeft):
            call.message_left = True
        elif isinstance(fact, f.MessageNotTaken) and fact.why is f.NotTaken.TOO_SHORT:
            call.messages_short += 1
        return []

    def ended(self, fact: f.CallEnded, now: datetime) -> Result:
        call = self._floor.calls.get(fact.call)
        if call is None:
            return None
        decisions = self._offers.close_for_leaver(call, now)
        decisions += all_leave(self._floor, call.id, now)
        if call.owner is not None:
            decisions += wrap_up(self._floor, call.owner, call, now)
        decisions += let_target_go(self._floor, call, now)
        if call.stage is Stage.WAITING:
            self._floor.places.keep(self._floor, call, now)
        call.move(CallEvent.END)
        del self._floor.calls[call.id]
        # Last: what her agent's leaving set for her is not needed, either.
        timers = (transfer_timer(call.id), pause_timer(call.id))
        return [*decisions, *waiting_over(call), *map(Forget, timers)]


def _into_the_queue(fact: f.CallQueued) -> CallEvent:
    handed_on = fact.by is f.GroupChosenBy.TRANSFER
    return CallEvent.HEAD_QUEUE if handed_on else CallEvent.QUEUE


def _nobody_has(call: Call) -> bool:
    """She was handed on to a queue, or the transfer of a sender who left came to nothing."""
    return call.transfer is None or call.transfer.queues
