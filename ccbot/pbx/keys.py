"""The keys that somebody pressed: kept in order, early ones too."""

import asyncio
from collections import deque

KEYS_MAX = 32
"""More unread keys than that are dropped, the oldest first."""


class Keys:
    """A buffer with one reader at a time."""

    def __init__(self) -> None:
        self._pressed: deque[str] = deque(maxlen=KEYS_MAX)
        self._news = asyncio.Event()
        self._interrupt: asyncio.Future[None] | None = None

    def press(self, key: str) -> None:
        """A key arrived."""
        self._pressed.append(key)
        self._news.set()
        if self._interrupt is not None and not self._interrupt.done():
            self._interrupt.set_result(None)

    def interrupt(self, waiter: "asyncio.Future[None] | None") -> None:
        """Resolve this future at the next key; None: nothing listens any more."""
        self._interrupt = waiter

    def __bool__(self) -> bool:
        return bool(self._pressed)

    @property
    def unread(self) -> str:
        """What was pressed and not read, in order."""
        return "".join(self._pressed)

    def clear(self) -> None:
        """Forget what was pressed and not read."""
        self._pressed.clear()
        self._news.clear()

    async def next(self, within_s: float) -> str | None:
        """The next key, or None after that much silence."""
        try:
            async with asyncio.timeout(within_s):
                return await self.wait()
        except TimeoutError:
            return None

    async def wait(self) -> str:
        """The next key, whenever it comes."""
        while not self._pressed:
            self._news.clear()
            await self._news.wait()
        return self._pressed.popleft()
