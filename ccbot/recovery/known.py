"""On file: which agent served which customer last."""

import msgspec

from ccbot.core.acquaintance import KNOWN_MAX, Served, customer_of, known_as
from ccbot.core.calls import Call, Stage
from ccbot.core.floor import Floor
from ccbot.recovery.keeper import Keeper, legible

KNOWN = "known "
"""What the keys begin with; the group and the number follow."""


class KnownCustomers:
    """Keeps the keeper in step with the floor's acquaintance."""

    def __init__(self, floor: Floor, keeper: Keeper) -> None:
        self._floor = floor
        self._keeper = keeper
        self._on_file: dict[str, Served] = {}
        """In order of time."""

    def write(self, call: Call) -> None:
        """Something happened to this call; perhaps it has become a talk."""
        customer = customer_of(call)
        served = self._floor.acquaintance.last.get(customer) if customer else None
        if customer is None or served is None or call.stage is not Stage.TALK:
            return
        key = KNOWN + " ".join(customer)
        if self._on_file.get(key) == served:
            return
        self._keeper.save(key, msgspec.json.encode(served))
        self._on_file.pop(key, None)
        self._on_file[key] = served
        while len(self._on_file) > KNOWN_MAX:
            oldest = next(iter(self._on_file))
            del self._on_file[oldest]
            self._keeper.drop(oldest)

    def restore(self) -> None:
        """Put what is on file back on the floor; what cannot be read is forgotten."""
        saved = legible(self._keeper, KNOWN, Served)
        for key, served in sorted(saved.items(), key=lambda one: one[1].at):
            group, _, number = key.removeprefix(KNOWN).partition(" ")
            self._floor.acquaintance.remember(known_as(group, number), served)
            self._on_file[key] = served
