"""What happens within a talk, on a simulated Asterisk's HTTP side: snoops, mutes, transfers."""

from typing import Any

from tests.sim.fake_channels import FakeChannel
from tests.sim.fake_http import Asked, RefusedError, on
from tests.sim.fake_snoops import FakeSnoop

DIRECTIONS = {"none", "both", "out", "in"}

PROGRESS = {
    "channel_progress": 100,
    "channel_answered": 200,
    "channel_unavailable": 503,
    "channel_declined": 603,
}
"""What a telephone that sent a REFER is told (sipfrag)."""


@on("POST /channels/{id}/snoop/{snoop}")
def snoop(asked: Asked, id: str, snoop: str) -> Any:
    return _snoop(asked, asked.channel(id), snoop)


@on("POST /channels/{id}/snoop")
def snoop_named(asked: Asked, id: str) -> Any:
    return _snoop(asked, asked.channel(id), asked.query["snoopId"])


def _snoop(asked: Asked, target: FakeChannel, id: str) -> Any:
    spy, whisper = asked.query.get("spy", "none"), asked.query.get("whisper", "none")
    if not {spy, whisper} <= DIRECTIONS or {spy, whisper} == {"none"}:
        raise RefusedError(400, "Invalid direction specified for spy or whisper")
    if id in asked.asterisk.channels:
        raise RefusedError(409, "Channel with given unique ID already exists")
    channel = FakeSnoop(asked.asterisk, id, target, spy, whisper)
    asked.asterisk.channels[id] = channel
    channel.enter_app(asked.query["app"], [one for one in [asked.query.get("appArgs", "")] if one])
    return channel.json()


@on("POST /channels/{id}/mute")
def mute(asked: Asked, id: str) -> None:
    asked.controlled(id).mute(asked.query.get("direction", "both"), muted=True)


@on("DELETE /channels/{id}/mute")
def unmute(asked: Asked, id: str) -> None:
    asked.controlled(id).mute(asked.query.get("direction", "both"), muted=False)


@on("POST /channels/{id}/silence")
def start_silence(asked: Asked, id: str) -> None:
    channel = asked.controlled(id)
    channel.silent = True
    channel.listen()


@on("DELETE /channels/{id}/silence")
def stop_silence(asked: Asked, id: str) -> None:
    channel = asked.controlled(id)
    channel.silent = False
    channel.listen()


@on("POST /channels/{id}/transfer_progress")
def transfer_progress(asked: Asked, id: str) -> None:
    """After the final word further ones are taken, and change nothing."""
    channel = asked.controlled(id)
    status = PROGRESS.get(asked.query["states"])
    if status is None:
        raise RefusedError(400, "Invalid state")
    channel.refer_told(status)


@on("GET /channels/{id}/rtp_statistics")
def rtp_statistics(asked: Asked, id: str) -> Any:
    """Of what Asterisk receives it tells in ``rxcount``, ``rxploss``, ``txjitter``, ``txmes``."""
    channel = asked.channel(id)
    seconds = asked.asterisk.loop.time() - channel.created_at_s
    packets = int(50 * seconds)
    lost = round(packets * channel.quality.loss)
    return {
        "channel_uniqueid": id,
        "local_ssrc": 1,
        "remote_ssrc": 2,
        "rxcount": packets - lost,
        "txcount": packets,
        "rxploss": lost,
        "txploss": 0,
        "rxoctetcount": 160 * (packets - lost),
        "txoctetcount": 160 * packets,
        "rxjitter": 0.0,
        "txjitter": channel.quality.jitter_s,
        "rtt": channel.quality.rtt_s,
        "txmes": channel.quality.mes,
        "rxmes": 0,
    }
