"""The event socket: opened again for ever, and its reader never waits for anyone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import pytest

from ccbot.ari.errors import OutcomeUnknown
from ccbot.ari.events import Event, Unknown
from ccbot.ari.socket import EventSocket
from ccbot.ari.transport import Reply
from tests.ari.test_events import frame
from tests.ari.test_operations import CHANNEL

WAIT_S_MAX = 5.0
GOOD = frame("StasisEnd", channel=CHANNEL)


class Line:
    """One socket of the fake."""

    def __init__(self) -> None:
        self._frames: asyncio.Queue[bytes | None] = asyncio.Queue()

    def send(self, data: bytes) -> None:
        self._frames.put_nowait(data)

    def lose(self) -> None:
        self._frames.put_nowait(None)

    async def frames(self) -> AsyncIterator[bytes]:
        while (data := await self._frames.get()) is not None:
            yield data
        raise ConnectionError("cut")


class Lines:
    """A transport whose sockets the test holds in its hand."""

    def __init__(self) -> None:
        self.refuse = 0
        self.attempts = 0
        self.opened: asyncio.Queue[Line] = asyncio.Queue()
        self.open_now = 0

    async def request(
        self, method: str, path: str, query: Mapping[str, str], body: bytes | None
    ) -> Reply:
        raise NotImplementedError

    @asynccontextmanager
    async def events(self, app: str) -> AsyncIterator[AsyncIterator[bytes]]:
        self.attempts += 1
        if self.attempts <= self.refuse:
            raise ConnectionError("refused")
        line = Line()
        self.open_now += 1
        self.opened.put_nowait(line)
        try:
            yield line.frames()
        finally:
            self.open_now -= 1


class Always:
    """Chance that is none."""

    def __init__(self, number: float) -> None:
        self._number = number

    def random(self) -> float:
        return self._number


class Owner:
    """Whoever uses the socket: keeps what it was told."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[str] = asyncio.Queue()
        self.set_up: Callable[[], Awaitable[None]] | None = None

    def on_event(self, event: Event | Unknown) -> None:
        self.told.put_nowait(event.type if isinstance(event, Unknown) else type(event).__name__)

    async def on_up(self) -> None:
        self.told.put_nowait("up")
        if self.set_up is not None:
            await self.set_up()

    def on_down(self) -> None:
        self.told.put_nowait("down")

    async def hears(self, *words: str) -> None:
        """These words, in this order, within the limit."""
        async with asyncio.timeout(WAIT_S_MAX):
            assert tuple([await self.told.get() for _ in words]) == words


@asynccontextmanager
async def running(lines: Lines, owner: Owner) -> AsyncIterator[EventSocket]:
    """A socket at work; stopped at the end."""
    socket = EventSocket(lines, "ccbot", Always(0.9))
    async with asyncio.TaskGroup() as tasks:
        work = tasks.create_task(socket.run(owner.on_event, owner.on_up, owner.on_down))
        try:
            yield socket
        finally:
            work.cancel()
    assert lines.open_now == 0


async def test_events_reach_the_owner_in_order() -> None:
    lines, owner = Lines(), Owner()
    async with running(lines, owner) as socket:
        line = await lines.opened.get()
        await owner.hears("up")
        line.send(frame("StasisStart", channel=CHANNEL, args=[]))
        line.send(b'{"type":"ChannelSneezed"}')
        line.send(GOOD)
        await owner.hears("StasisStart", "ChannelSneezed", "StasisEnd")
        assert (socket.connected, socket.epoch, socket.events) == (True, 1, 3)


async def test_a_lost_socket_is_opened_again_and_counts_as_a_new_epoch() -> None:
    lines, owner = Lines(), Owner()
    async with running(lines, owner) as socket:
        for epoch in (1, 2, 3):
            line = await lines.opened.get()
            await owner.hears("up")
            assert (socket.connected, socket.epoch) == (True, epoch)
            line.lose()
            await owner.hears("down")
            assert not socket.connected


async def test_a_socket_that_never_opened_does_not_go_down() -> None:
    lines, owner = Lines(), Owner()
    lines.refuse = 2
    async with running(lines, owner):
        await owner.hears("up")
    assert lines.attempts == 3
    assert owner.told.empty()


async def test_a_malformed_frame_is_counted_and_the_next_one_read() -> None:
    lines, owner = Lines(), Owner()
    async with running(lines, owner) as socket:
        line = await lines.opened.get()
        for bad in (b"{", b"[]", b"\xff", b'{"type":"StasisEnd"}'):
            line.send(bad)
        line.send(GOOD)
        await owner.hears("up", "StasisEnd")
        assert (socket.malformed, socket.epoch) == (4, 1)


async def test_events_are_read_while_the_owner_still_sets_up() -> None:
    lines, owner, done = Lines(), Owner(), asyncio.Event()

    async def slowly() -> None:
        await done.wait()
        owner.told.put_nowait("set up")

    owner.set_up = slowly
    async with running(lines, owner):
        line = await lines.opened.get()
        line.send(GOOD)
        await owner.hears("up", "StasisEnd")
        done.set()
        await owner.hears("set up")


async def test_a_socket_lost_while_setting_up_ends_the_setting_up() -> None:
    lines, owner = Lines(), Owner()

    async def endlessly() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            owner.told.put_nowait("stopped")

    owner.set_up = endlessly
    async with running(lines, owner):
        line = await lines.opened.get()
        await owner.hears("up")
        line.lose()
        await owner.hears("stopped", "down", "up")
    await owner.hears("stopped")


async def test_a_set_up_that_asterisk_refused_is_tried_on_a_new_socket() -> None:
    lines, owner = Lines(), Owner()

    async def refused() -> None:
        owner.set_up = None
        raise OutcomeUnknown("no answer")

    owner.set_up = refused
    async with running(lines, owner) as socket:
        await owner.hears("up", "down", "up")
        assert socket.epoch == 2
        assert lines.open_now == 1


async def test_waits_grow_to_a_limit_and_start_again_after_a_good_socket(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines, owner = Lines(), Owner()
    lines.refuse = 7
    waited: list[float] = []
    really = asyncio.sleep

    async def sleep(delay: float) -> None:
        waited.append(round(delay, 3))
        await really(0)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    socket = EventSocket(lines, "ccbot", Always(0.5))
    async with asyncio.TaskGroup() as tasks:
        work = tasks.create_task(socket.run(owner.on_event, owner.on_up, owner.on_down))
        await owner.hears("up")
        (await lines.opened.get()).lose()
        await owner.hears("down", "up")
        work.cancel()
    three_quarters = [0.075, 0.15, 0.3, 0.6, 1.2, 1.5, 1.5]
    assert waited == [*three_quarters, 0.075]


async def test_a_fault_of_the_owner_is_not_hidden() -> None:
    lines, owner = Lines(), Owner()

    async def wrong() -> None:
        raise ZeroDivisionError

    owner.set_up = wrong
    socket = EventSocket(lines, "ccbot", Always(0))
    with pytest.raises(ExceptionGroup) as caught:
        async with asyncio.timeout(WAIT_S_MAX):
            await socket.run(owner.on_event, owner.on_up, owner.on_down)
    assert caught.group_contains(ZeroDivisionError)
