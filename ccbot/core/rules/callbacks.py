"""What the floor does with callbacks (回电): a call of their own, in the place of the first one."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ccbot.core import facts as f
from ccbot.core.calls import Call, CallEvent, Stage
from ccbot.core.decisions import Decision, Forget, Post, Tell, WakeAt
from ccbot.core.ids import CallId, GroupKey
from ccbot.core.numbers import at_home
from ccbot.core.rules.offers import OfferRules
from ccbot.core.rules.owed import can_be_tried, kept_until, looked_after, not_before, queue_of
from ccbot.core.rules.publishing import elsewhere, limit, waits_on
from ccbot.core.timers import callback_timer, waiting_over

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

Result = list[Decision] | None


class CallbackRules:
    """Facts about callbacks."""

    def __init__(self, floor: "Floor") -> None:
        self._floor = floor
        self._offers = OfferRules(floor)

    # ---- the caller who asks for it -------------------------------------------------------------

    def asked(self, fact: f.CallbackAsked, now: datetime) -> Result:
        """Refused while a phone rings: the offer is taken back before.

        Nor is anybody promised what the hours would not let us keep.
        """
        call = self._floor.calls.get(fact.call)
        if call is None or call.callback_of is not None or not call.may(CallEvent.ASK_CALLBACK):
            return None
        if not can_be_tried(self._floor.routing, call, now):
            return None
        call.move(CallEvent.ASK_CALLBACK)
        return [*waiting_over(call), Tell(call.id, call.stage)]

    def not_wanted(self, fact: f.CallbackNotWanted, now: datetime) -> Result:
        """Back in her old place; refused if she was to leave the queue in any case."""
        call = self._floor.calls.get(fact.call)
        if call is None or call.gave_up is not None or call.waiting_since is None:
            return None
        if not call.may(CallEvent.STAY):
            return None
        call.move(CallEvent.STAY)
        return self._waits(call, now)

    def _waits(self, call: Call, now: datetime) -> list[Decision]:
        """Who missed her before is asked again neither sooner nor later; her group may be gone."""
        again = self._offers.asked_again(call, now)
        if call.group in self._floor.gone_groups:
            return [*again, *elsewhere(self._floor, call)]
        return [*again, *waits_on(self._floor, call, now)]

    def booked(self, fact: f.CallbackBooked, now: datetime) -> Result:
        """One for each number and group is open at a time; the second time it is that one.

        The caller has it when it is there (``CallEntered``): before, a restart might lose it.
        """
        call = self._floor.calls.get(fact.call)
        if call is None or call.stage is not Stage.CALLBACK or call.booked is not None:
            return None
        group = queue_of(self._floor.routing, call)
        call.booked = self._open(fact.number, group)
        if call.booked is not None:
            return []
        entered = f.CallEntered(
            call=fact.callback,
            leg="",
            dialled_number=call.dialled_number,
            entry=call.entry,
            caller=fact.number,
            test=call.test,
            callback_of=call.id,
        )
        by = f.GroupChosenBy.CALLBACK
        return [Post(entered), Post(f.CallQueued(call=fact.callback, group=group, by=by))]

    def _open(self, number: str, group: GroupKey) -> CallId | None:
        calls = self._floor.calls.values()
        mine = (
            one.id
            for one in calls
            if one.owed
            and one.stage is not Stage.LEAVING  # nobody tries that one any more
            and one.group == group
            and at_home(one.caller) == at_home(number)
        )
        return next(mine, None)

    # ---- the callback ---------------------------------------------------------------------------

    def reached(self, fact: f.CustomerReached, now: datetime) -> Result:
        """From now on it is a call as any other; its time of waiting with music begins.

        So it does if the offer for which she was called has just come to nothing.
        """
        call = self._floor.calls.get(fact.call)
        if call is None or not call.owed or call.stage not in {Stage.RINGING, Stage.WAITING}:
            return None
        rings = call.stage is Stage.RINGING
        call.leg, call.reached, call.waiting_since = fact.leg, True, now
        waits = limit(self._floor, call, now) if rings else self._waits(call, now)
        return [Forget(callback_timer(call.id)), *waits]

    def not_reached(self, fact: f.CustomerNotReached, now: datetime) -> Result:
        """The agent is free; she is called again later, or not any more."""
        call = self._floor.calls.get(fact.call)
        if call is None or not call.owed or call.stage is not Stage.RINGING:
            return None
        call.attempts += 1
        offers = [one.id for one in self._floor.offers.values() if one.call == call.id]
        reason = f.Withdrawn.NOT_REACHED
        withdrawn = [Post(f.OfferWithdrawn(offer=one, reason=reason)) for one in offers]
        return [*withdrawn, Post(self._after_a_vain_attempt(call, now))]

    def _after_a_vain_attempt(
        self, call: Call, now: datetime
    ) -> f.CallbackPutOff | f.CallbackGivenUp:
        routing = self._floor.routing
        again = now + timedelta(seconds=routing.callback.gap_s)
        until = not_before(routing, call, again)
        if call.attempts >= routing.callback.attempts_max or until >= kept_until(routing, call):
            return f.CallbackGivenUp(call=call.id)
        return f.CallbackPutOff(call=call.id, until=until)

    def put_off(self, fact: f.CallbackPutOff, now: datetime) -> Result:
        call = self._floor.calls.get(fact.call)
        if call is None or not call.owed or not call.may(CallEvent.PUT_OFF):
            return None
        call.move(CallEvent.PUT_OFF)
        call.due_at = fact.until
        return [*waiting_over(call), self._wakes(call, fact.until)]

    @staticmethod
    def _wakes(call: Call, at: datetime) -> WakeAt:
        return WakeAt(callback_timer(call.id), at, f.CallbackDue(call=call.id))

    def due(self, fact: f.CallbackDue, now: datetime) -> Result:
        """Refused while a phone rings: what follows looks again."""
        call = self._floor.calls.get(fact.call)
        if call is None or not call.owed:
            return None
        if call.stage is Stage.RESTING:
            call.move(CallEvent.BE_DUE)
            call.due_at = None
            return self._waits(call, now)
        return looked_after(self._floor, call, now) if call.stage is Stage.WAITING else None

    def given_up(self, fact: f.CallbackGivenUp, now: datetime) -> Result:
        call = self._floor.calls.get(fact.call)
        if call is None or not call.owed or not call.may(CallEvent.STOP_TRYING):
            return None
        call.move(CallEvent.STOP_TRYING)
        return [*waiting_over(call), Tell(call.id, call.stage)]

    def taken_up(self, call: Call, now: datetime) -> list[Decision]:
        """After a restart: into the queue if it never came there, its timer, or the news."""
        if call.stage is Stage.GREETING:
            group, by = queue_of(self._floor.routing, call), f.GroupChosenBy.CALLBACK
            return [Post(f.CallQueued(call=call.id, group=group, by=by))]
        if call.stage is Stage.RESTING:
            return [self._wakes(call, call.due_at or now)]
        return [Tell(call.id, call.stage)]
