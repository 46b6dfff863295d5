"""Where a caller goes who is not served where she is: the words, then the way."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from ccbot.core.calls import Call
from ccbot.core.facts import GaveUp, TurnedAway
from ccbot.core.ids import GroupKey
from ccbot.core.routing_document import Destination, Entry, Group, RoutingDocument

BYE = "bye"

_CLOSED: Final = {TurnedAway.CLOSED, TurnedAway.HOLIDAY, TurnedAway.EXCEPTION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What she hears, and what comes then."""

    say: tuple[str, ...]
    then: Literal["hang_up", "group", "voicemail", "callback", "ask"]
    """``ask``: she chooses with a key (``closed_keys``)."""
    group: GroupKey | None = None


def way_of(routing: RoutingDocument, call: Call) -> Way:
    """The way of a call that is leaving the place where it was."""
    if call.gave_up is not None:
        assert call.group is not None
        return _way(call, _overflow(routing.group(call.group), call.gave_up))
    if call.turned_away is TurnedAway.BLOCKED:
        return Way(say=("error.blocked",), then="hang_up")  # its words are a goodbye already
    if call.turned_away is TurnedAway.EMERGENCY:
        return Way(say=(routing.emergency.say, BYE), then="hang_up")
    return _after_hours(routing, call)


def _after_hours(routing: RoutingDocument, call: Call) -> Way:
    entry = routing.entries[call.entry]
    if call.closed_key:
        return _way(call, entry.closed_keys.get(call.closed_key, Destination()))
    way = _way(call, _closed(entry, call))
    if call.closed_key is not None:  # she has heard the words, and chosen nothing
        return replace(way, say=(BYE,) if way.then == "hang_up" else ())
    if asks_after_hours(routing, call):
        return replace(way, say=tuple(one for one in way.say if one != BYE), then="ask")
    return way


def asks_after_hours(routing: RoutingDocument, call: Call) -> bool:
    """Whether she is still to choose what to do outside the hours."""
    entry = routing.entries.get(call.entry)
    has_keys = entry is not None and bool(entry.closed_keys)
    return has_keys and call.turned_away in _CLOSED and call.closed_key is None


def _closed(entry: Entry, call: Call) -> Destination:
    if call.turned_away is TurnedAway.HOLIDAY and entry.closed_holiday is not None:
        return entry.closed_holiday
    if call.turned_away_say is None:
        return entry.closed
    return Destination(say=call.turned_away_say, then=entry.closed.then, group=entry.closed.group)


def _overflow(group: Group, reason: GaveUp) -> Destination:
    match reason:
        case GaveUp.QUEUE_FULL:
            return group.overflow.queue_full
        case GaveUp.WAITED_TOO_LONG:
            return group.overflow.waited_too_long
        case GaveUp.NO_AGENTS | GaveUp.GROUP_GONE:
            return group.overflow.no_agents
        case GaveUp.NOT_READY:
            return group.overflow.not_ready or group.overflow.no_agents
        case GaveUp.CLOSED:
            return group.overflow.closed


def _way(call: Call, destination: Destination) -> Way:
    """A group in whose queue she has been already is no way: a circle of them ends politely."""
    words = () if destination.say is None else (destination.say,)
    group = None if destination.group is None else GroupKey(destination.group)
    if destination.then == "group" and group is not None and group not in call.been_in:
        return Way(say=words, then="group", group=group)
    if destination.then in {"hang_up", "group"}:
        return Way(say=(*words, BYE), then="hang_up")
    return Way(say=words, then=destination.then)
