"""Waiting for a condition with a limit: whoever changes something rings, whoever waits looks."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class OverdueError(TimeoutError):
    """Something did not happen within its limit; the message says what, and what happened."""


class Bell:
    """Wakes everyone who waits for a change."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Something changed: every waiter looks again."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def until(
        self, look: Callable[[], T | None], *, within_s: float, what: Callable[[], str]
    ) -> T:
        """The first answer of ``look`` that is not None; ``OverdueError`` after ``within_s``."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(within_s):
                while (answer := look()) is None:
                    waiter = loop.create_future()
                    self._waiters.add(waiter)
                    try:
                        await waiter
                    finally:
                        self._waiters.discard(waiter)
                return answer
        except TimeoutError:
            raise OverdueError(f"not within {within_s:g} s: {what()}") from None
