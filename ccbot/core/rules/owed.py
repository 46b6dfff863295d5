"""Callbacks that wait: when the customer may be called, and until when anybody tries.

The hours that hold are those of ``callback.hours``, else those of the group, else those of the
entry. ``kept_h`` counts while they are open: a night, a weekend, a week of holidays take nothing
from it.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ccbot.core import facts as f
from ccbot.core.acquaintance import customer_of
from ccbot.core.calls import Call
from ccbot.core.decisions import Decision, Post, WakeAt
from ccbot.core.hours import closing, next_opening, open_for
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


def can_be_tried(routing: RoutingDocument, call: Call, now: datetime) -> bool:
    """Whether the hours ever open in which this caller could be called back."""
    hours = _hours(routing, call)
    return hours is None or next_opening(hours, ZoneInfo(routing.time_zone), now) is not None


def kept_until(routing: RoutingDocument, call: Call) -> datetime:
    """Nobody tries after that."""
    hours, kept = _hours(routing, call), timedelta(hours=routing.callback.kept_h)
    until = hours and open_for(hours, ZoneInfo(routing.time_zone), call.entered_at, kept)
    return until or call.entered_at + kept


def not_before(routing: RoutingDocument, call: Call, moment: datetime) -> datetime:
    """The first moment from this one on at which the customer may be called."""
    hours = _hours(routing, call)
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
    hours = _hours(routing, call)
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


def _hours(routing: RoutingDocument, call: Call) -> Hours | None:
    entry, group = routing.entries.get(call.entry), routing.groups[queue_of(routing, call)]
    key = routing.callback.hours or group.hours or (entry.hours if entry else None)
    return None if key is None else routing.hours[key]
