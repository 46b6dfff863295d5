"""How the network treats a leg: what Asterisk has counted so far."""

from typing import TYPE_CHECKING, NamedTuple

from ccbot.ari.errors import AriError
from ccbot.ari.statistics import rtp_statistics

if TYPE_CHECKING:
    from ccbot.pbx.exchange import Exchange


class Reading(NamedTuple):
    """A leg from its beginning up to now."""

    received: int = 0
    lost: int = 0
    jitter_ms: float = 0.0
    """Now."""
    mes: float | None = None
    """Now; none before Asterisk's first report."""
    far_lost: int | None = None
    """Of what we sent; none if the other side does not report."""


async def read(exchange: "Exchange", leg: str) -> Reading | None:
    """None if there is nothing to be read: the leg is gone, or Asterisk is away."""
    try:
        told = await rtp_statistics(exchange.ari, leg)
    except AriError:
        return None
    return Reading(
        received=told.rxcount,
        lost=max(0, told.rxploss),
        jitter_ms=told.txjitter * 1000,
        mes=told.txmes or None,
        far_lost=max(0, told.txploss) if told.rxmes else None,
    )


async def trunk_of(exchange: "Exchange", leg: str) -> str:
    """By which endpoint a leg came: ``PJSIP/trunk-0000002a`` came by ``trunk``; empty if gone."""
    try:
        channel = await exchange.ari.channels.get(channel_id=leg)
    except AriError:
        return ""
    return channel.name.partition("/")[2].rpartition("-")[0]
