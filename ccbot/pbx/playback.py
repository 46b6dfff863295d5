"""A sound being played: known by our id before Asterisk hears of it."""

import asyncio


class Playback:
    """One playback on a leg or in a room."""

    def __init__(self, playback_id: str) -> None:
        self.id = playback_id
        loop = asyncio.get_running_loop()
        self.finished: asyncio.Future[bool] = loop.create_future()
        self.interrupted: asyncio.Future[None] = loop.create_future()
        self.interrupted.add_done_callback(self._on_interrupt)

    def finish(self, *, heard: bool) -> None:
        """Asterisk said that it is over."""
        if not self.finished.done():
            self.finished.set_result(heard)

    @property
    def is_over(self) -> bool:
        """Asterisk said that it is over. Who gave up waiting, or was stopped, does not know."""
        known = self.finished.done() and not self.finished.cancelled()
        return known and not self.interrupted.done()

    @property
    def failed(self) -> bool:
        """Asterisk said that it could not be played to the end; no key of the caller's did it."""
        return self.is_over and not self.finished.result()

    async def over(self, within_s: float) -> bool:
        """Wait for the end; True if it was heard to the end, False if cut off, failed or late."""
        try:
            async with asyncio.timeout(within_s):
                return await self.finished
        except TimeoutError:
            return False

    def _on_interrupt(self, interrupted: "asyncio.Future[None]") -> None:
        if not interrupted.cancelled():
            self.finish(heard=False)
