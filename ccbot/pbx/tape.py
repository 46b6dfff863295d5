"""A tape: a snoop, and the file into which Asterisk writes all that it hears, under one name.

It goes on while this process is away, and a later one finds it by its name.
"""

import asyncio

from ccbot.ari.errors import AriError
from ccbot.pbx.exchange import Exchange
from ccbot.pbx.snoop import Direction, NoSnoop, begin, new_snoop


class Tape:
    """One file that is written, or will be."""

    def __init__(self, exchange: Exchange, name: str) -> None:
        self.name = name
        self._exchange = exchange
        self._snoop = new_snoop(exchange, name)
        self._recording = exchange.expect_recording(name)

    @property
    def over(self) -> bool:
        """Nothing is written any more: whom it heard has left, or Asterisk could not go on."""
        return self._snoop.ended.is_set() or self._recording.over

    async def begin(self, channel_id: str, *, spy: Direction) -> None:
        """Write down what is heard on this channel. Raises ``NoSnoop``."""
        await begin(self._exchange, self._snoop, channel_id, spy=spy)
        try:
            await self._exchange.ari.channels.record(
                channel_id=self.name,
                name=self.name,
                format="wav",
                max_duration_seconds=0,
                max_silence_seconds=0,
                if_exists="fail",
                terminate_on="none",
            )
        except AriError as problem:
            raise NoSnoop(str(problem)) from problem

    def goes_on(self) -> None:
        """A process before this one began it, and Asterisk has it still."""
        self._snoop.entered.set()

    async def ends(self) -> None:
        """Wait until it is over."""
        async with asyncio.TaskGroup() as tasks:
            waits = [
                tasks.create_task(self._snoop.ended.wait()),
                tasks.create_task(self._recording.ends()),
            ]
            for wait in waits:
                wait.add_done_callback(lambda _: [one.cancel() for one in waits])

    async def stop(self) -> None:
        """The snoop's end is the file's, too; never fails, never takes long."""
        await self._snoop.hang_up()
        self._exchange.end_recording(self._recording)
