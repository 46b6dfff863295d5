"""How long agents were taken up of late, on file: after a restart estimates go on."""

import msgspec
import structlog

from ccbot.core.floor import Floor
from ccbot.core.handling import HANDLED_MAX, Handled
from ccbot.core.ids import GroupKey
from ccbot.recovery.keeper import Keeper

log = structlog.get_logger()

HANDLING = "handling "
"""What the keys begin with; a group's key follows."""


class HandledOnFile:
    """Keeps the keeper in step with what the floor remembers."""

    def __init__(self, floor: Floor, keeper: Keeper) -> None:
        self._floor = floor
        self._keeper = keeper
        self._latest: dict[GroupKey, Handled] = {}

    def write(self) -> None:
        """Write whatever is new since the last time."""
        handling = self._floor.handling
        for group in handling.groups():
            remembered = handling.latest(group)
            if remembered[-1] is not self._latest.get(group):
                self._latest[group] = remembered[-1]
                self._keeper.save(HANDLING + group, msgspec.json.encode(remembered))

    def restore(self) -> None:
        """Put it back on the floor; what cannot be read is only missed for a while."""
        for key, value in self._keeper.saved(HANDLING).items():
            try:
                remembered = msgspec.json.decode(value, type=tuple[Handled, ...])
            except msgspec.MsgspecError:
                log.exception("a checkpoint cannot be read", key=key)
                continue
            self._floor.handling.put(GroupKey(key[len(HANDLING) :]), *remembered[-HANDLED_MAX:])
