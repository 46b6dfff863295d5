"""A snoop: a channel of ours that hears another one, and may speak to it.

Directions are those of the channel that is listened to: ``in`` is what its human says, ``out`` what
he hears. A snoop ends with that channel, whatever becomes of us, and follows it through all rooms.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from ccbot.ari.errors import AriError
from ccbot.pbx.exchange import APP, Exchange
from ccbot.pbx.hangup import HungUp
from ccbot.pbx.leg import Leg
from ccbot.pbx.tidy import tried

SNOOP_ID = "ccbot-snoop"
"""What the ids of snoops begin with."""

SNOOP_S_MAX = 3.0
"""From the order to make a snoop to its being ours."""

Direction = Literal["none", "in", "out", "both"]


class NoSnoop(Exception):  # noqa: N818 - it is news, not an error
    """The channel cannot be listened to: it is gone, or Asterisk refuses."""


@asynccontextmanager
async def snooping(
    exchange: Exchange, channel_id: str, *, spy: Direction, whisper: Direction = "none"
) -> AsyncIterator[Leg]:
    """A snoop for the length of the block. Raises ``NoSnoop``."""
    snoop = new_snoop(exchange)
    try:
        await begin(exchange, snoop, channel_id, spy=spy, whisper=whisper)
        yield snoop
    finally:
        await snoop.hang_up()


@asynccontextmanager
async def silence(exchange: Exchange, channel_id: str) -> AsyncIterator[None]:
    """Silence for whoever hears nobody, for the length of the block; else nothing is sent to him.

    Asterisk 22.10 mixes a whisper into what is sent anyway, and is not heard without it.
    """
    try:
        await exchange.ari.channels.start_silence(channel_id=channel_id)
    except AriError as problem:
        raise NoSnoop(str(problem)) from problem
    try:
        yield
    finally:
        if not exchange.detached:
            await tried(exchange.ari.channels.stop_silence(channel_id=channel_id))


def new_snoop(exchange: Exchange, snoop_id: str | None = None) -> Leg:
    """A snoop with an id of ours, before Asterisk knows of it."""
    snoop = exchange.new_leg(snoop_id or exchange.ids.new(SNOOP_ID))
    snoop.arrived.set()  # it is up from its first moment on
    return snoop


async def write_down(exchange: Exchange, snoop: Leg) -> None:
    """Record what it hears, to its end, in a file of its name. Raises ``NoSnoop``."""
    try:
        await exchange.ari.channels.record(
            channel_id=snoop.id,
            name=snoop.id,
            format="wav",
            max_duration_seconds=0,
            max_silence_seconds=0,
            if_exists="fail",
            terminate_on="none",
        )
    except AriError as problem:
        raise NoSnoop(str(problem)) from problem


async def begin(
    exchange: Exchange, snoop: Leg, channel_id: str, *, spy: Direction, whisper: Direction = "none"
) -> None:
    """Make the snoop's channel; returns when it is ours. Raises ``NoSnoop``.

    Whoever asked must hang the snoop up after that, too: an order whose answer was lost may have
    been carried out.
    """
    try:
        await exchange.ari.channels.snoop_channel_with_id(
            channel_id=channel_id, snoop_id=snoop.id, app=APP, app_args="snoop",
            spy=spy, whisper=whisper,
        )  # fmt: skip
        async with snoop.scope, asyncio.timeout(SNOOP_S_MAX):
            await snoop.entered.wait()
    except (AriError, TimeoutError) as problem:
        raise NoSnoop(str(problem) or "it did not come") from problem
    except HungUp as gone:
        if gone.scope is not snoop.scope:
            raise
        raise NoSnoop("the channel is gone") from gone
