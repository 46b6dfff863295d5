"""Places in line of callers whose line dropped: whoever calls again soon has hers back.

Kept under the number and the group, and taken once. A number that is withheld keeps nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ccbot.core.acquaintance import Customer, customer_of
from ccbot.core.calls import Call
from ccbot.core.decisions import after
from ccbot.core.numbers import is_number

if TYPE_CHECKING:
    from ccbot.core.floor import Floor

PLACES_MAX = 1_000
"""So many places are kept, the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a group's queue."""

    in_line_since: datetime
    until: datetime
    """Whoever queues later has to begin anew."""


class Places:
    """The places that are kept. Changed by the floor alone."""

    def __init__(self) -> None:
        self.kept: dict[Customer, Place] = {}
        """In the order in which lines dropped."""

    def keep(self, floor: "Floor", call: Call, now: datetime) -> None:
        """Her line dropped while she waited."""
        customer = _customer(call)
        if customer is None:
            return
        kept_s = floor.group(customer[0]).place_kept_s
        place = Place(in_line_since=call.in_line_since, until=after(now, kept_s))
        self.kept = {one: other for one, other in self.kept.items() if other.until > now}
        if kept_s > 0:
            self.remember(customer, place)

    def remember(self, customer: Customer, place: Place) -> None:
        """Her latest place; the oldest of too many is lost for it."""
        self.kept.pop(customer, None)
        self.kept[customer] = place
        while len(self.kept) > PLACES_MAX:
            del self.kept[next(iter(self.kept))]

    def give_back(self, call: Call, now: datetime) -> None:
        """She queues: since when she stands in line, if a place of hers is kept there."""
        customer = _customer(call)
        place = self.kept.pop(customer, None) if customer else None
        if place is not None and now <= place.until:
            call.in_line_since = min(call.in_line_since, place.in_line_since)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Places) and self.kept == other.kept

    __hash__ = None  # type: ignore[assignment]


def _customer(call: Call) -> Customer | None:
    return customer_of(call) if is_number(call.caller) else None
