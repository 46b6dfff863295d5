"""The events of a simulated Asterisk: applications, their sockets, and what is lost without one."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from tests.sim.delays import Delays
from tests.sim.loop import SimClock

Json = Mapping[str, Any]


class FakeSocket:
    """One WebSocket: frames in order, until it is lost."""

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque()
        self._news = asyncio.Event()
        self._lost: str | None = None

    def put(self, frame: bytes) -> None:
        """A frame has arrived at ccbot's end."""
        self._frames.append(frame)
        self._news.set()

    def lose(self, why: str) -> None:
        """The connection broke: what was not read is gone."""
        self._lost = why
        self._news.set()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        while True:
            if self._lost is not None:
                raise ConnectionError(self._lost)
            if self._frames:
                return self._frames.popleft()
            self._news.clear()
            await self._news.wait()


class FakeApp:
    """A Stasis application: known once a socket asked for it, active while one is open."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.socket: FakeSocket | None = None
        self.devices: set[str] = set()
        self.channels: set[str] = set()
        """Channels subscribed to by name: their ``ChannelDestroyed`` is wanted too."""
        self.disallowed: frozenset[str] = frozenset()


class FakeFeed:
    """Delivers events late, but in order; without a socket they are lost."""

    def __init__(self, clock: SimClock, delays: Delays) -> None:
        self.apps: dict[str, FakeApp] = {}
        self.refused: str | None = None
        """While set, no socket can be opened."""
        self.lost: set[str] = set()
        """Events of these types reach nobody."""
        self.missed = 0
        """Counts the events that nobody was there to read."""
        self.sent: list[str] = []
        """The types of all events sent, for the tests of the fake itself."""
        self._clock = clock
        self._delays = delays
        self._loop = asyncio.get_running_loop()
        self._under_way: deque[tuple[float, FakeSocket, bytes]] = deque()

    def active(self, name: str) -> bool:
        """Whether somebody reads this application's events."""
        return name in self.apps and self.apps[name].socket is not None

    def send(self, app: str, kind: str, fields: Json) -> None:
        """One event for one application."""
        receiver = self.apps.get(app)
        if receiver is None or kind in receiver.disallowed:
            return
        if receiver.socket is None or kind in self.lost:
            self.missed += 1
            return
        self.sent.append(kind)
        event = {
            "type": kind,
            "application": app,
            "timestamp": self._clock.now().isoformat(timespec="milliseconds"),
            "asterisk_id": "fake",
            **fields,
        }
        self._post(receiver.socket, msgspec.json.encode(event))

    def device_changed(self, device: str, state: str) -> None:
        """Tell whoever watches this device."""
        for app in self.apps.values():
            if device in app.devices:
                fields = {"device_state": {"name": device, "state": state}}
                self.send(app.name, "DeviceStateChanged", fields)

    def lose_sockets(self, why: str = "the event socket was lost") -> None:
        """Every socket breaks. Subscriptions to devices are forgotten; all others stay."""
        for app in self.apps.values():
            if app.socket is not None:
                app.socket.lose(why)
                self._close(app)

    @asynccontextmanager
    async def open(self, name: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """A socket for the application; it takes the application over from an older one."""
        await asyncio.sleep(self._delays.request_s())
        if self.refused is not None:
            raise ConnectionError(self.refused)
        app = self.apps.setdefault(name, FakeApp(name))
        if app.socket is not None:
            self.send(name, "ApplicationReplaced", {})
        socket = app.socket = FakeSocket()
        try:
            yield socket
        finally:
            if app.socket is socket:
                self._close(app)

    def _close(self, app: FakeApp) -> None:
        app.socket = None
        app.devices.clear()

    def _post(self, socket: FakeSocket, frame: bytes) -> None:
        due = self._loop.time() + self._delays.event_s()
        if self._under_way:
            due = max(due, self._under_way[-1][0])
        self._under_way.append((due, socket, frame))
        self._loop.call_at(due, self._arrive)

    def _arrive(self) -> None:
        """As many frames as there are calls of this: so each arrives when its time has come."""
        _, socket, frame = self._under_way.popleft()
        socket.put(frame)
