"""What a service tells systemd: that it is ready, that it still lives, that it ends.

The protocol of sd_notify(3): a datagram to the socket that ``NOTIFY_SOCKET`` names. Nobody listens
where there is no systemd, and then nothing is told.
"""

import asyncio
import os
import socket
from collections.abc import Mapping

SIGNS_A_LIMIT = 3
"""Within the watchdog's limit so many signs of life are given: one may be late."""


class Listener:
    """Whoever started us and wants to know how we are; perhaps nobody."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        name = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + name[1:] if name.startswith("@") else name
        self._limit_s = _limit_s(environment)

    def tell(self, *states: str) -> None:
        """Tell states such as ``READY=1``. If it cannot be told, the service runs on."""
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as line:
            try:
                line.sendto("\n".join(states).encode(), self._address)
            except OSError:
                return

    async def tell_of_life(self) -> None:
        """Give signs of life for as long as this loop turns, if anybody wants them."""
        while self._limit_s:
            self.tell("WATCHDOG=1")
            await asyncio.sleep(self._limit_s / SIGNS_A_LIMIT)


def _limit_s(environment: Mapping[str, str]) -> float:
    """After how long without a sign we are taken for dead; 0 if nobody watches this process."""
    meant = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    limit = environment.get("WATCHDOG_USEC", "")
    return int(limit) / 1e6 if meant and limit.isdigit() else 0.0
