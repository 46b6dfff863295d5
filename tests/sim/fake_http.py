"""The HTTP side of a simulated Asterisk: paths, refusals, replies."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec

from ccbot.ari.transport import Reply
from tests.sim.fake_channels import NORMAL_CLEARING, FakeBridge, FakeChannel, State
from tests.sim.fake_feed import FakeApp
from tests.sim.fake_playbacks import FakePlayback

if TYPE_CHECKING:
    from tests.sim.fake_asterisk import FakeAsterisk

Query = Mapping[str, str]
Handler = Callable[..., Any]

WAY_OUT = "@trunk-out"
"""Ends the names of customers' telephones, which are called through the trunk."""

REASONS = {"normal": 16, "busy": 17, "no_answer": 19, "answered_elsewhere": 26, "congestion": 34}


class RefusedError(Exception):
    """Asterisk refuses: a status and its message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Asked:
    """One request, taken apart."""

    def __init__(self, asterisk: "FakeAsterisk", query: Query, body: bytes | None) -> None:
        self.asterisk = asterisk
        self.query = query
        self.body: dict[str, Any] = msgspec.json.decode(body) if body else {}

    def channel(self, channel_id: str) -> FakeChannel:
        """The channel, wherever it is."""
        channel = self.asterisk.channels.get(channel_id)
        if channel is None:
            raise RefusedError(404, "Channel not found")
        return channel

    def controlled(self, channel_id: str) -> FakeChannel:
        """The channel, in our application."""
        channel = self.channel(channel_id)
        if channel.app is None:
            raise RefusedError(409, "Channel not in Stasis application")
        return channel

    def bridge(self, bridge_id: str) -> FakeBridge:
        """The bridge."""
        bridge = self.asterisk.bridges.get(bridge_id)
        if bridge is None:
            raise RefusedError(404, "Bridge not found")
        return bridge

    def app(self, name: str) -> FakeApp:
        """The application."""
        app = self.asterisk.feed.apps.get(name)
        if app is None:
            raise RefusedError(404, "Application not found")
        return app


_ROUTES: list[tuple[str, re.Pattern[str], Handler]] = []


def on(route: str) -> Callable[[Handler], Handler]:
    """Register what answers ``"METHOD /path/{part}"``."""
    method, _, path = route.partition(" ")
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))

    def register(handler: Handler) -> Handler:
        _ROUTES.append((method, pattern, handler))
        return handler

    return register


def answer_to(
    asterisk: "FakeAsterisk", method: str, path: str, query: Query, body: bytes | None
) -> Reply:
    """Carry a request out, at this moment."""
    for verb, pattern, handler in _ROUTES:
        if verb == method and (match := pattern.fullmatch(path)):
            parts = {name: unquote(part) for name, part in match.groupdict().items()}
            return _reply(handler, Asked(asterisk, query, body), parts)
    raise AssertionError(f"the simulated Asterisk does not know {method} {path} yet: teach it")


def _reply(handler: Handler, asked: Asked, parts: dict[str, str]) -> Reply:
    try:
        result = handler(asked, **parts)
    except RefusedError as no:
        return Reply(no.status, msgspec.json.encode({"message": str(no)}))
    if result is None:
        return Reply(204, b"")
    status, body = result if isinstance(result, tuple) else (200, result)
    if isinstance(body, bytes):
        return Reply(status, body)
    return Reply(status, msgspec.json.encode(body))


# ---- channels -----------------------------------------------------------------------------------


@on("GET /channels")
def list_channels(asked: Asked) -> Any:
    return [one.json() for one in asked.asterisk.channels.values()]


@on("GET /channels/{id}")
def get_channel(asked: Asked, id: str) -> Any:
    return asked.channel(id).json()


@on("POST /channels/create")
def create(asked: Asked) -> Any:
    """An endpoint that cannot be reached: 409, as 22.10.1 says it when the id is ours."""
    asterisk, id = asked.asterisk, asked.query["channelId"]
    technology, _, endpoint = asked.query["endpoint"].partition("/")
    phone = asterisk.phones.get(endpoint)
    known = technology == "PJSIP" and (
        ("endpoint", endpoint) in asterisk.accounts or endpoint.endswith(WAY_OUT)
    )
    if id in asterisk.channels or not known or phone is None or not phone.registered:
        raise RefusedError(409, "Channel with given unique ID already exists")
    channel = asterisk.new_channel(
        endpoint=endpoint,
        human=phone,
        state=State.DOWN,
        channel_id=id,
        originated_by=asked.query["app"],
    )
    channel.variables.update(asked.body.get("variables", {}))
    if endpoint.endswith(WAY_OUT):
        asterisk.on_way_out()
    channel.enter_app(asked.query["app"], [asked.query.get("appArgs", "")])
    return channel.json()


@on("POST /channels/{id}/dial")
def dial(asked: Asked, id: str) -> None:
    """The phone is invited, and given up when the time is over."""
    channel = asked.controlled(id)
    phone = asked.asterisk.phones[channel.endpoint]
    phone.invited(channel, shows=channel.variables.get("CONNECTEDLINE(name,i)", ""))
    timeout_s = float(asked.query.get("timeout", "30"))
    asked.asterisk.after(timeout_s, lambda: _ring_out(channel))


def _ring_out(channel: FakeChannel) -> None:
    if channel.state in {State.DOWN, State.RINGING}:
        channel.end(19, 480)


@on("DELETE /channels/{id}")
def hang_up(asked: Asked, id: str) -> None:
    channel = asked.channel(id)
    reason = asked.query.get("reason", "normal")
    if reason not in REASONS:
        raise RefusedError(400, "Invalid Reason")
    channel.end(REASONS[reason] if channel.state is not State.UP else NORMAL_CLEARING)


@on("POST /channels/{id}/answer")
def answer(asked: Asked, id: str) -> None:
    channel = asked.controlled(id)
    assert channel.recording is None, "Asterisk would answer after the recording: teach it"
    assert channel.queue.sound is None, "Asterisk would answer after the sound: teach it"
    if channel.state is State.UP:  # seen with 22.10: answered once more, it plays no music any more
        channel.music = None
        channel.listen()
    channel.change_state(State.UP)


@on("POST /channels/{id}/moh")
def start_music(asked: Asked, id: str) -> None:
    channel = asked.controlled(id)
    channel.music = asked.query.get("mohClass", "default")
    channel.listen()


@on("DELETE /channels/{id}/moh")
def stop_music(asked: Asked, id: str) -> None:
    channel = asked.controlled(id)
    channel.music = None
    channel.listen()


@on("POST /channels/{id}/play/{playback}")
def play(asked: Asked, id: str, playback: str) -> Any:
    channel = asked.controlled(id)
    return _play(asked, playback, f"channel:{id}", channel)


@on("POST /bridges/{id}/play/{playback}")
def play_in_bridge(asked: Asked, id: str, playback: str) -> Any:
    return _play(asked, playback, f"bridge:{id}", asked.bridge(id))


def _play(asked: Asked, playback_id: str, target: str, where: FakeChannel | FakeBridge) -> Any:
    playback = FakePlayback(playback_id, asked.query["media"].split(","), target)
    shown = playback.json()
    asked.asterisk.play(where.queue, playback)
    return 201, shown


@on("DELETE /playbacks/{id}")
def stop_playback(asked: Asked, id: str) -> None:
    playback = asked.asterisk.playbacks.get(id)
    if playback is None:
        raise RefusedError(404, "Playback not found")
    asked.asterisk.stop_playback(playback)


# ---- bridges ------------------------------------------------------------------------------------


@on("GET /bridges")
def list_bridges(asked: Asked) -> Any:
    return [one.json() for one in asked.asterisk.bridges.values()]


@on("GET /bridges/{id}")
def get_bridge(asked: Asked, id: str) -> Any:
    return asked.bridge(id).json()


@on("POST /bridges/{id}")
def create_bridge(asked: Asked, id: str) -> Any:
    if id in asked.asterisk.bridges:
        raise RefusedError(409, f"Bridge with id '{id}' already exists")
    kinds = asked.query.get("type", "mixing").split(",")
    bridge = FakeBridge(asked.asterisk, id, kinds, asked.query.get("name", ""))
    asked.asterisk.bridges[id] = bridge
    return bridge.json()


@on("DELETE /bridges/{id}")
def destroy_bridge(asked: Asked, id: str) -> None:
    bridge = asked.bridge(id)
    bridge.queue.fail_all()
    if bridge.recording is not None:
        bridge.recording.stop()
    for channel in list(bridge.channels):
        channel.leave()
    del asked.asterisk.bridges[id]


@on("POST /bridges/{id}/addChannel")
def add_channel(asked: Asked, id: str) -> None:
    bridge = asked.bridge(id)
    for channel in _named(asked):
        if channel.app is None:
            raise RefusedError(422, "Channel not in Stasis application")
        channel.enter(bridge)


@on("POST /bridges/{id}/removeChannel")
def remove_channel(asked: Asked, id: str) -> None:
    bridge = asked.bridge(id)
    for channel in _named(asked):
        if channel.bridge is not bridge:
            raise RefusedError(422, "Channel not in this bridge")
        channel.leave()


def _named(asked: Asked) -> list[FakeChannel]:
    """Here, and only here, a channel that is gone is a bad request."""
    named = [asked.asterisk.channels.get(one) for one in asked.query["channel"].split(",")]
    if None in named:
        raise RefusedError(400, "Channel not found")
    return [one for one in named if one is not None]


@on("POST /bridges/{id}/moh")
def start_bridge_music(asked: Asked, id: str) -> None:
    bridge = asked.bridge(id)
    bridge.music = asked.query.get("mohClass", "default")
    bridge.playing_changed()


@on("DELETE /bridges/{id}/moh")
def stop_bridge_music(asked: Asked, id: str) -> None:
    bridge = asked.bridge(id)
    bridge.music = None
    bridge.playing_changed()
