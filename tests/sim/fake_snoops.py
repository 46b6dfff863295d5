"""Snoops of a simulated Asterisk: channels that hear another one, and end with it."""

from typing import Any

from tests.sim.fake_channels import FakeChannel, State
from tests.sim.fake_http import Asked, RefusedError, on

DIRECTIONS = {"none", "in", "out", "both"}


class Nobody:
    """At the other end of a snoop there is no telephone."""

    def line_answered(self, channel: FakeChannel) -> None:
        """It is up from its first moment on."""

    def line_ended(self, channel: FakeChannel) -> None:
        """Nobody is told."""


@on("POST /channels/{id}/snoop/{snoop}")
def snoop(asked: Asked, id: str, snoop: str) -> Any:
    """The snoop is up, and in the application that asked for it."""
    target, query = asked.channel(id), asked.query
    spy, whisper = query.get("spy", "none"), query.get("whisper", "none")
    if {spy, whisper} - DIRECTIONS:
        raise RefusedError(400, "Invalid direction specified for spy or whisper")
    if snoop in asked.asterisk.channels:
        raise RefusedError(409, "Channel with given unique ID already exists")
    channel = asked.asterisk.new_channel(
        endpoint=f"Snoop/{id}", human=Nobody(), state=State.UP, channel_id=snoop
    )
    channel.snoops_on, channel.spy, channel.whisper = target, spy, whisper
    target.snoops.append(channel)
    shown = channel.json()
    app, arguments = query["app"], query.get("appArgs", "")
    asked.asterisk.loop.call_soon(_enter, channel, app, arguments)
    return shown


def _enter(channel: FakeChannel, app: str, arguments: str) -> None:
    if not channel.gone:
        channel.enter_app(app, [arguments])
