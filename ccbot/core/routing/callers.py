"""Which caller comes first: who was handed on, then by priority, and within one priority by the
time that she waited."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from ccbot.core.calls import Call
from ccbot.core.routing.eligible import waited
from ccbot.core.routing_document import RoutingDocument

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

Standing = tuple[bool, float, float, datetime, str]


def in_order(floor: "Floor", calls: Iterable[Call], now: datetime) -> list[Call]:
    """These waiting calls, whoever comes first before the others."""
    return sorted(calls, key=lambda call: standing(floor.routing, call, now))


def standing(document: RoutingDocument, call: Call, now: datetime) -> Standing:
    """Her place as a sorting key: whoever was handed on first (制度 1-8.5), then priority, weighted
    waiting time, and the id."""
    assert call.group is not None
    group = document.group(call.group)
    weighted_s = waited(call, now).total_seconds() * group.weight
    order = -priority(document, call, now), -weighted_s
    return not call.at_head, *order, call.in_line_since, call.id


def priority(document: RoutingDocument, call: Call, now: datetime) -> int:
    """The group's and her own, and one more for each ``ageing_s`` that she has waited."""
    assert call.group is not None
    group = document.group(call.group)
    aged = waited(call, now).total_seconds() // group.ageing_s if group.ageing_s else 0
    return group.priority + own_priority(document, call) + int(aged)


def own_priority(document: RoutingDocument, call: Call) -> int:
    """By the number that she dialled, or higher as a customer of the VIP list."""
    entry = document.entries.get(call.entry)
    of_entry = entry.priority if entry else 0
    return max(of_entry, document.customers.vip_priority) if call.vip else of_entry
