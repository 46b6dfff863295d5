"""Room for recordings: a disk that is nearly full is an alarm, long before it is a fault."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import structlog

log = structlog.get_logger()

LOOK_S = 5.0
"""How often the disk is looked at while talks are recorded."""

STOPS_AT = 4
"""Below the alarm's bytes divided by this nothing is recorded: the rest is for the call log."""

MB = 1_000_000


class DiskRoom:
    """The free space where recordings are written and kept: of several disks the fullest counts."""

    def __init__(self, places: tuple[Path, ...], alarm_bytes: int) -> None:
        self._places = places
        self._alarm_bytes = alarm_bytes
        """Less than this is an alarm; 0: the disk is not looked at."""

    def free_bytes(self) -> int:
        """How much is free where it is least."""
        there = [place for place in self._places if place.exists()]
        return min((shutil.disk_usage(place).free for place in there), default=0)

    @property
    def is_low(self) -> bool:
        """It is time to make room."""
        return self.free_bytes() < self._alarm_bytes

    def takes_more(self) -> bool:
        """Whether talks are recorded."""
        return self.free_bytes() >= self._alarm_bytes // STOPS_AT

    def says(self) -> str:
        """How it stands, in words."""
        free_mb, stops_mb = self.free_bytes() // MB, self._alarm_bytes // STOPS_AT // MB
        if not self.takes_more():
            return f"{free_mb} MB free: nothing is recorded below {stops_mb} MB"
        return f"{free_mb} MB free: below {stops_mb} MB nothing is recorded"

    async def watch(self, full: Callable[[], None]) -> NoReturn:
        """Say ``full`` while recordings have to stop, and log when that begins and ends."""
        was_full = False
        while True:
            is_full = not self.takes_more()
            if is_full != was_full:
                log.warning("room for recordings", full=is_full, why=self.says())
                was_full = is_full
            if is_full:
                full()
            await asyncio.sleep(LOOK_S)
