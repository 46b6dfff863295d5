"""Frames from the event socket, decoded into typed events; what an event is about."""

from typing import Any

import msgspec

from ccbot.ari.client import Ari
from ccbot.ari.generated.events import ChannelTransfer, Event
from ccbot.ari.generated.models import Bridge, Channel, Playback

__all__ = [
    "UNWANTED",
    "Event",
    "MalformedFrame",
    "Unknown",
    "bridge_id",
    "channel_ids",
    "decode",
    "filter_events",
    "playback_id",
]

UNWANTED = (
    "ChannelVarset",
    "ChannelDialplan",
    "ChannelConnectedLine",
    "ChannelCallerId",
    "ChannelUserevent",
    "Dial",
)
"""More than half of all events, and nothing that we act on."""


class Unknown(msgspec.Struct, frozen=True):
    """An event of a type that the declarations do not know."""

    type: str = ""


class MalformedFrame(ValueError):  # noqa: N818 - named as what it is
    """A frame is no event; the message says why."""


_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_head: msgspec.json.Decoder[Unknown] = msgspec.json.Decoder(Unknown)
_KINDS: tuple[Any, ...] = Event.__args__
_KNOWN = {kind.__struct_config__.tag for kind in _KINDS}


def decode(frame: bytes) -> Event | Unknown:
    """The event in a frame; ``MalformedFrame`` if it is none."""
    try:
        return _decoder.decode(frame)
    except ValueError as problem:  # no JSON, not as declared, or not even UTF-8
        return _unknown(frame, problem)


def _unknown(frame: bytes, problem: ValueError) -> Unknown:
    try:
        head = _head.decode(frame)
    except ValueError:
        raise MalformedFrame(str(problem)) from problem
    if head.type and head.type not in _KNOWN:
        return head
    raise MalformedFrame(f"{head.type or 'no type'}: {problem}") from problem


def _holding(wanted: type) -> dict[type, tuple[str, ...]]:
    """Which fields of each kind of event hold a ``wanted``."""
    return {
        kind: tuple(
            field.name
            for field in msgspec.structs.fields(kind)
            if field.type is wanted or wanted in getattr(field.type, "__args__", ())
        )
        for kind in _KINDS
    }


_CHANNELS = _holding(Channel)
_BRIDGES = _holding(Bridge)
_PLAYBACKS = _holding(Playback)


def channel_ids(event: Event | Unknown) -> tuple[str, ...]:
    """The ids of the channels that an event is about, none twice."""
    if isinstance(event, ChannelTransfer):
        return (event.referred_by.source_channel.id,)
    held = [getattr(event, name) for name in _CHANNELS.get(type(event), ())]
    return tuple(dict.fromkeys(channel.id for channel in held if channel is not None))


def bridge_id(event: Event | Unknown) -> str | None:
    """The id of the (first) bridge that an event is about."""
    return _first_id(event, _BRIDGES)


def playback_id(event: Event | Unknown) -> str | None:
    """The id of the playback that an event is about."""
    return _first_id(event, _PLAYBACKS)


def _first_id(event: Event | Unknown, fields: dict[type, tuple[str, ...]]) -> str | None:
    for name in fields.get(type(event), ()):
        held: Bridge | Playback | None = getattr(event, name)
        if held is not None:
            return held.id
    return None


async def filter_events(ari: Ari, app: str) -> None:
    """Tell Asterisk not to send what we do not use; it remembers that over a reconnect."""
    disallowed = [{"type": name} for name in UNWANTED]
    await ari.applications.filter(
        application_name=app, filter={"allowed": [], "disallowed": disallowed}
    )
