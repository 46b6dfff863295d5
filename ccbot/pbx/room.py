"""A room: the mixing bridge of one talk. It reports keys (``dtmf_events``)."""

import asyncio
from typing import TYPE_CHECKING

import structlog

from ccbot.ari.errors import AriError
from ccbot.pbx.leg import PLAY_MARGIN_S, Leg
from ccbot.speech.prompt_files import Clip

if TYPE_CHECKING:
    from ccbot.pbx.exchange import Exchange

log = structlog.get_logger()

ENTER_S_MAX = 3.0
"""Adding a leg to a room is an order, not yet a fact: so long may the fact take."""


class NoRoom(Exception):  # noqa: N818 - it is news, not an error
    """Asterisk made no room for the talk."""


class Room:
    """One talk's bridge."""

    def __init__(self, exchange: "Exchange", bridge_id: str) -> None:
        self._exchange = exchange
        self.id = bridge_id

    async def bring_in(self, leg: Leg) -> None:
        """See that a leg is in; nothing changes for one that is."""
        if leg.bridge != self.id:
            await self.add(leg)

    async def add(self, leg: Leg) -> None:
        """Bring a leg in; returns when it really is. ``TimeoutError`` if that takes too long."""
        entered = leg.enters(self.id)
        bridges = self._exchange.ari.bridges
        await leg.insist(lambda: bridges.add_channel(bridge_id=self.id, channel=[leg.id]))
        async with asyncio.timeout(ENTER_S_MAX):
            await entered.wait()

    async def remove(self, leg: Leg) -> None:
        """Take a leg out; it stays with us."""
        await leg.leave(self.id)

    async def play(self, clip: Clip) -> bool:
        """Play a sentence to everybody in the room; True if it was played to the end."""
        playback = self._exchange.expect_playback(self._exchange.ids.new("ccbot-play"))
        try:
            await self._exchange.ari.bridges.play_with_id(
                bridge_id=self.id, playback_id=playback.id, media=[clip.media]
            )
            return await playback.over(clip.duration_s + PLAY_MARGIN_S)
        except AriError as problem:
            log.info(
                "nothing could be played in the room", prompt=clip.prompt, problem=str(problem)
            )
            return False
        finally:
            await self._exchange.end_playback(playback)
