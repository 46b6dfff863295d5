"""Hang-up as an exception: it leaves one block, from any await, like a time-out does.

The mechanics are those of ``asyncio.timeout``: the task is cancelled, and the scope that asked for
it turns the cancellation into ``HungUp`` at its own edge. A cancellation that came from elsewhere
(an outer scope, a shutdown) passes through untouched.
"""

import asyncio
from types import TracebackType


class HungUp(Exception):  # noqa: N818 - it is news, not an error
    """The leg of this scope is gone."""

    def __init__(self, scope: "HangupScope") -> None:
        super().__init__(f"the leg hung up (cause {scope.cause})")
        self.scope = scope


class HangupScope:
    """``async with scope:`` ends with ``HungUp`` as soon as ``hang_up`` is called."""

    def __init__(self) -> None:
        self._task: asyncio.Task[object] | None = None
        self._cancelling = 0
        self._delivered = False
        self.gone = False
        self.cause: int | None = None

    def hang_up(self, cause: int | None = None) -> None:
        """The leg is gone. Said again, it changes nothing."""
        if self.gone:
            return
        self.gone, self.cause = True, cause
        self._deliver()

    async def __aenter__(self) -> "HangupScope":
        if self.gone:
            raise HungUp(self)
        task = asyncio.current_task()
        assert task is not None
        assert self._task is None, "a scope is entered by one task at a time"
        self._task, self._cancelling, self._delivered = task, task.cancelling(), False
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        task, self._task = self._task, None
        assert task is not None
        if not self._delivered:
            return
        if kind is None:
            await self._take_delivery()
        ours = task.uncancel() <= self._cancelling
        if ours and (kind is None or issubclass(kind, asyncio.CancelledError)):
            raise HungUp(self) from error

    def _deliver(self) -> None:
        if self._task is not None:
            self._delivered = True
            self._task.cancel()

    async def _take_delivery(self) -> None:
        """The block ended before the cancellation reached it: let it arrive here."""
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            return
