"""On file: the places of callers whose line dropped."""

import msgspec

from ccbot.core.acquaintance import known_as
from ccbot.core.facts import AnyFact, CallEnded, CallQueued
from ccbot.core.floor import Floor
from ccbot.core.places import Place
from ccbot.recovery.keeper import Keeper, legible

PLACE = "place "
"""What the keys begin with; the group and the number follow."""


class KeptPlaces:
    """Keeps the keeper in step with the floor's places."""

    def __init__(self, floor: Floor, keeper: Keeper) -> None:
        self._floor = floor
        self._keeper = keeper
        self._on_file: dict[str, Place] = {}

    def listen(self, fact: AnyFact) -> None:
        """Write what has changed since a call was queued, or has ended."""
        if not isinstance(fact, CallQueued | CallEnded):
            return
        now = {PLACE + " ".join(one): place for one, place in self._floor.places.kept.items()}
        for key in self._on_file.keys() - now.keys():
            self._keeper.drop(key)
        for key, place in now.items():
            if self._on_file.get(key) is not place:
                self._keeper.save(key, msgspec.json.encode(place))
        self._on_file = now

    def restore(self) -> None:
        """Put what is on file back on the floor; what cannot be read is forgotten."""
        saved = legible(self._keeper, PLACE, Place)
        for key, place in sorted(saved.items(), key=lambda one: one[1].until):
            group, _, number = key.removeprefix(PLACE).partition(" ")
            self._floor.places.remember(known_as(group, number), place)
            self._on_file[key] = place
