"""Frames from the event socket, decoded into typed events."""

import msgspec

from ccbot.ari.client import Ari
from ccbot.ari.generated.events import Event

__all__ = ["Event", "MalformedFrame", "Unknown", "decode", "filter_events"]

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
_KNOWN = {kind.__struct_config__.tag for kind in Event.__args__}


def decode(frame: bytes) -> Event | Unknown:
    """The event in a frame; ``MalformedFrame`` if it is none."""
    try:
        return _decoder.decode(frame)
    except msgspec.DecodeError as problem:
        try:
            head = _head.decode(frame)
        except msgspec.DecodeError:
            raise MalformedFrame(str(problem)) from problem
        if head.type and head.type not in _KNOWN:
            return head
        raise MalformedFrame(f"{head.type}: {problem}") from problem


async def filter_events(ari: Ari, app: str) -> None:
    """Tell Asterisk not to send what we do not use; it remembers that over a reconnect."""
    disallowed = [{"type": name} for name in UNWANTED]
    await ari.applications.filter(
        application_name=app, filter={"allowed": [], "disallowed": disallowed}
    )
