"""At the door: whether a call is received, settled once, as of the moment when it came."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from ccbot.core.calls import Call
from ccbot.core.facts import CallTurnedAway, TurnedAway
from ccbot.core.hours import Closed, Closure, closure
from ccbot.core.numbers import is_among
from ccbot.core.routing_document import RoutingDocument

_WHY: Final = {
    Closed.USUAL: TurnedAway.CLOSED,
    Closed.HOLIDAY: TurnedAway.HOLIDAY,
    Closed.EXCEPTION: TurnedAway.EXCEPTION,
}


def not_received(routing: RoutingDocument, call: Call) -> CallTurnedAway | None:
    """Why this call is not received; None: it is, or her language is to be asked for first."""
    entry = routing.entries.get(call.entry)
    if entry is None:  # an old fact, read beside a document that came later
        return None
    if is_among(call.caller, routing.customers.blocked):
        return CallTurnedAway(call=call.id, reason=TurnedAway.BLOCKED)
    if entry.language_menu and call.language is None:
        return None
    if routing.emergency.on and routing.emergency.then == "hang_up":
        return CallTurnedAway(call=call.id, reason=TurnedAway.EMERGENCY)
    found = _closure(routing, entry.hours, call.entered_at)
    if found is None:
        return None
    return CallTurnedAway(call=call.id, reason=_WHY[found.why], say=found.say)


def is_closed(routing: RoutingDocument, hours: str | None, now: datetime) -> bool:
    """Whether it is outside these hours; without any, it never is."""
    return _closure(routing, hours, now) is not None


def _closure(routing: RoutingDocument, hours: str | None, now: datetime) -> Closure | None:
    if hours is None:
        return None
    return closure(routing.hours[hours], ZoneInfo(routing.time_zone), now)
