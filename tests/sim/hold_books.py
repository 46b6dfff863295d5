"""Phones that hold, against the holds of their talks: both ways, as soon as it can be known."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from ccbot.core.calls import Call, Stage
from ccbot.core.facts import HoldBy
from ccbot.core.floor import Floor
from tests.sim.fake_channels import FakeChannel

LOOK_S = 0.2
LATE_LOOKS_MAX = 5
"""An event, the facts that follow, and a transfer that ends at the same moment."""


class _Wrong(NamedTuple):
    call: str
    leg: str
    what: str


class HoldWatch:
    """Looks at the talks of one process of ccbot. What a phone did while nobody saw it is not
    known to anybody until it does something again: such legs are left out."""

    def __init__(
        self, floor: Floor, channels: Mapping[str, FakeChannel], is_connected: Callable[[], bool]
    ) -> None:
        self._floor = floor
        self._channels = channels
        self._is_connected = is_connected
        self._unseen: set[str] = set(channels)
        self._looks: dict[_Wrong, int] = {}
        self.problems: list[str] = []

    async def look_for_ever(self) -> None:
        """A difference may last a few looks."""
        while True:
            await asyncio.sleep(LOOK_S)
            if self._is_connected():
                self._look()
            else:
                self._unseen |= set(self._channels)

    def _look(self) -> None:
        wrong = [one for call in self._floor.calls.values() for one in self._differences(call)]
        self._looks = {one: self._looks.get(one, 0) + 1 for one in wrong}
        for one, looks in self._looks.items():
            if looks == LATE_LOOKS_MAX:
                self.problems.append(f"{one.call}: {one.what}")

    def _differences(self, call: Call) -> Iterable[_Wrong]:
        phone = self._channels.get(call.agent_leg)
        if phone is None or phone.id in self._unseen or call.transfer is not None:
            return
        if phone.held and call.stage is Stage.TALK:
            yield _Wrong(call.id, phone.id, "the phone of its owner holds, and it is a talk")
        if not phone.held and call.stage is Stage.HOLD and call.held_by is HoldBy.PHONE:
            yield _Wrong(call.id, phone.id, "its owner's phone came back, and it is held")
