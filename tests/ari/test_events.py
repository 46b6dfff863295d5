"""Frames become events; what is not one is told apart."""

import json

import pytest

from ccbot.ari import events
from ccbot.ari.events import MalformedFrame, Unknown, decode
from ccbot.ari.generated import events as ev
from tests.ari.test_operations import CHANNEL

HEAD = {"application": "ccbot", "timestamp": "2026-11-23T20:38:00.123+0000", "asterisk_id": "a"}
BRIDGE = {
    "id": "room-1",
    "technology": "simple_bridge",
    "bridge_type": "mixing",
    "bridge_class": "stasis",
    "creator": "Stasis",
    "name": "room-1",
    "channels": [],
    "creationtime": "2026-11-23T20:38:00.123+0000",
}
PLAYBACK = {
    "id": "play-1",
    "media_uri": "sound:ccbot/zh/bye",
    "target_uri": "channel:c",
    "state": "done",
}


def frame(kind: str, **fields: object) -> bytes:
    """A frame as Asterisk sends it."""
    return json.dumps({"type": kind, **HEAD, **fields}).encode()


def event(kind: str, **fields: object) -> events.Event | Unknown:
    return decode(frame(kind, **fields))


def channel(name: str) -> dict[str, object]:
    return CHANNEL | {"id": name}


def test_a_frame_becomes_the_event_of_its_type() -> None:
    got = event("StasisStart", args=["inbound", "10000"], channel=CHANNEL)
    assert isinstance(got, ev.StasisStart)
    assert got.args == ["inbound", "10000"]
    assert got.channel.id == "ccbot-1"
    assert got.replace_channel is None


def test_fields_invented_later_are_ignored() -> None:
    got = event("StasisEnd", channel=CHANNEL | {"mood": 3}, weather="rain")
    assert isinstance(got, ev.StasisEnd)


def test_a_field_named_like_a_keyword_is_readable() -> None:
    message = {"from": "a", "to": "b", "body": "c"}
    got = event("TextMessageReceived", message=message)
    assert isinstance(got, ev.TextMessageReceived)
    assert got.message.from_ == "a"


def test_an_event_invented_later_is_unknown_by_name() -> None:
    assert event("ChannelSneezed", channel=CHANNEL) == Unknown(type="ChannelSneezed")


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"type":3}',
        b'{"type":""}',
        b'{"type":"StasisEnd"}',
        b"\xff\xfe",
        b'{"type":"StasisEnd\xff"}',
        frame("StasisEnd", channel=None),
    ],
)
def test_a_frame_that_is_no_event_is_malformed(bad: bytes) -> None:
    with pytest.raises(MalformedFrame):
        decode(bad)


def test_an_event_names_its_channels_bridge_and_playback() -> None:
    entered = event("ChannelEnteredBridge", bridge=BRIDGE, channel=channel("c"))
    assert events.channel_ids(entered) == ("c",)
    assert events.bridge_id(entered) == "room-1"
    assert events.playback_id(entered) is None
    finished = event("PlaybackFinished", playback=PLAYBACK)
    assert events.playback_id(finished) == "play-1"
    assert events.channel_ids(finished) == ()
    assert events.bridge_id(finished) is None


def test_a_channel_is_named_once_and_absent_ones_not_at_all() -> None:
    dial = event("Dial", peer=channel("b"), caller=channel("b"), dialstatus="")
    assert events.channel_ids(dial) == ("b",)
    start = event("StasisStart", args=[], channel=channel("new"), replace_channel=channel("old"))
    assert sorted(events.channel_ids(start)) == ["new", "old"]


def test_a_transfer_names_the_channel_that_asks_for_it() -> None:
    transfer = event(
        "ChannelTransfer",
        refer_to={"requested_destination": {"destination": "1003"}},
        referred_by={"source_channel": channel("agent")},
    )
    assert events.channel_ids(transfer) == ("agent",)


def test_an_unknown_event_names_nothing() -> None:
    unknown = Unknown(type="ChannelSneezed")
    assert events.channel_ids(unknown) == ()
    assert events.bridge_id(unknown) is None
