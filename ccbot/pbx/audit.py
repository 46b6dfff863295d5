"""The audit: what Asterisk has, against what we think it has.

Nothing that happened while the event socket was away is ever sent again, so after each connection,
and every few seconds besides, the two are compared. An answer and the events overtake each other,
so a difference counts only if it is still there a moment later.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from ccbot.ari.client import Ari
from ccbot.ari.generated.events import StasisStart
from ccbot.ari.generated.models import Channel
from ccbot.pbx.exchange import APP, LOBBY, Exchange
from ccbot.pbx.leg import Leg

log = structlog.get_logger()

CERTAIN_S = 1.0
"""No event is on its way for longer: a difference that lasts so long is real."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Differences:
    """What one comparison found."""

    missing: dict[str, Leg]
    """Legs of ours that Asterisk does not have."""
    strangers: dict[str, Channel]
    """Channels in our application that we do not know."""


async def audit(ari: Ari, exchange: Exchange, newcomer: Callable[[StasisStart], None]) -> None:
    """End legs that Asterisk lost; take up callers whom we do not know; hang up stray legs."""
    suspected = await _compare(ari, exchange)
    if not suspected.missing and not suspected.strangers:
        return
    await asyncio.sleep(CERTAIN_S)
    certain = await _compare(ari, exchange)
    for leg in certain.missing.values():
        if leg.id in suspected.missing and not leg.ended.is_set():
            log.warning("a leg was lost unseen", leg=leg.id)
            exchange.lost(leg)
    strangers = [one for one in certain.strangers.values() if one.id in suspected.strangers]
    if not strangers:
        return
    talking = await _in_company(ari)
    for channel in strangers:
        if channel.id not in talking and channel.id not in {leg.id for leg in exchange.legs()}:
            log.warning("a channel that we did not know", leg=channel.id)
            newcomer(_as_arrival(channel))


async def _compare(ari: Ari, exchange: Exchange) -> _Differences:
    known = [leg for leg in exchange.legs() if leg.settled]
    channels = {channel.id: channel for channel in await ari.channels.list()}
    ours = {leg.id for leg in exchange.legs()}
    return _Differences(
        missing={leg.id: leg for leg in known if leg.id not in channels},
        strangers={
            one.id: one for one in channels.values() if _in_our_app(one) and one.id not in ours
        },
    )


def _in_our_app(channel: Channel) -> bool:
    return channel.dialplan.app_name == "Stasis" and channel.dialplan.app_data.startswith(f"{APP},")


async def _in_company(ari: Ari) -> set[str]:
    """The channels that share a bridge with another one, the lobby apart: people who talk."""
    bridges = [one for one in await ari.bridges.list() if one.id != LOBBY]
    return {channel for one in bridges if len(one.channels) > 1 for channel in one.channels}


def _as_arrival(channel: Channel) -> StasisStart:
    """The arrival as it would have been reported; the caller has been here before."""
    _, kind, *rest = channel.dialplan.app_data.split(",")
    again = {"inbound": "inbound-again", "test": "test-again"}
    return StasisStart(
        application=APP, timestamp="", args=[again.get(kind, kind), *rest], channel=channel
    )
