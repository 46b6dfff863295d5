"""Callbacks that wait: when the customer may be called, and until when anybody tries."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ccbot.core import facts as f
from ccbot.core.acquaintance import customer_of
from ccbot.core.calls import Call
from ccbot.core.decisions import Decision, Post, WakeAt
from ccbot.core.hours import closing, next_opening
from ccbot.core.ids import GroupKey
from ccbot.core.routing_document import Hours, RoutingDocument
from ccbot.core.timers import callback_timer

if TYPE_CHECKING:
    from ccbot.core.floor import Floor


def queue_of(routing: RoutingDocument, call: Call) -> GroupKey:
    """Where a callback of this call stands: in her group, or if that is gone in the last resort."""
    if call.group is not None and call.group in routing.groups:
        return call.group
    return GroupKey(routing.last_resort(call.entry))


def can_be_tried(routing: RoutingDocument, now: datetime) -> bool:
    """Whether the hours open before a callback that is booked now is given up."""
    hours = _hours(routing)
    if hours is None:
        return True
    opens = next_opening(hours, ZoneInfo(routing.time_zone), now)
    return opens is not None and opens < now + timedelta(hours=routing.callback.kept_h)


def kept_until(routing: RoutingDocument, call: Call) -> datetime:
    """Nobody tries after that."""
    return call.entered_at + timedelta(hours=routing.callback.kept_h)


def not_before(routing: RoutingDocument, call: Call, moment: datetime) -> datetime:
    """The first moment from this one on at which the customer may be called."""
    hours = _hours(routing)
    if hours is None:
        return moment
    opens = next_opening(hours, ZoneInfo(routing.time_zone), moment)
    return kept_until(routing, call) if opens is None else opens


def looked_after(floor: "Floor", call: Call, now: datetime) -> list[Decision]:
    """Of a callback that waits in its queue: whether it may, and when to look again."""
    routing = floor.routing
    last = kept_until(routing, call)
    if now >= last:
        return [Post(f.CallbackGivenUp(call=call.id))]
    until = not_before(routing, call, now)
    if until > now:
        return [Post(f.CallbackPutOff(call=call.id, until=min(until, last)))]
    hours = _hours(routing)
    closes = closing(hours, ZoneInfo(routing.time_zone), now) if hours else None
    due = f.CallbackDue(call=call.id)
    return [WakeAt(callback_timer(call.id), min(last, closes or last), due)]


def place_of_callback(floor: "Floor", call: Call) -> None:
    """She queues though a callback is owed to her there: it is her place in which she waits."""
    customer = customer_of(call)
    owed = (one for one in floor.calls.values() if one.owed and customer_of(one) == customer)
    mine = next(owed, None) if customer else None
    if mine is not None:
        call.in_line_since = min(call.in_line_since, mine.in_line_since)


def settled(floor: "Floor", call: Call) -> list[Decision]:
    """What is owed to a customer with whom her group talks now: nobody calls her for it any more.

    What another group owes her is another matter.
    """
    customer = customer_of(call)
    owed = [one for one in floor.calls.values() if one.owed and customer_of(one) == customer]
    return [] if customer is None else [done for one in owed for done in _needless(one, call)]


def _needless(callback: Call, talk: Call) -> list[Decision]:
    reason = f.Withdrawn.SETTLED
    withdrawn = [Post(f.OfferWithdrawn(offer=one, reason=reason)) for one in callback.offers]
    return [*withdrawn, Post(f.CallbackGivenUp(call=callback.id, served_in=talk.id))]


def _hours(routing: RoutingDocument) -> Hours | None:
    return None if routing.callback.hours is None else routing.hours[routing.callback.hours]
