"""A tone that never ends, such as ringing: words that are played to the same leg come between."""

import asyncio
from typing import TYPE_CHECKING

from ccbot.pbx.playback import Playback

if TYPE_CHECKING:
    from ccbot.pbx.exchange import Exchange
    from ccbot.pbx.leg import Leg

TONE_S_MAX = 600.0
"""A tone that nobody stops is stopped after so long."""


class Tone:
    """The one tone of a leg. Asterisk lets words wait for its end: so it is broken off for them."""

    def __init__(self, leg: "Leg", exchange: "Exchange") -> None:
        self._leg = leg
        self._exchange = exchange
        self._playback: Playback | None = None
        self._said = asyncio.Event()

    async def sounds(self, tone: str) -> None:
        """Until this is cancelled."""
        while await self._is_broken_off(f"tone:{tone}"):
            await self._said.wait()

    async def break_off(self) -> None:
        """Words are to be heard."""
        if (playback := self._playback) is not None:
            self._playback = None
            self._said.clear()
            await self._exchange.end_playback(playback)
            playback.finish(heard=False)

    def go_on(self) -> None:
        """They were heard."""
        self._said.set()

    async def _is_broken_off(self, media: str) -> bool:
        self._playback = playback = self._leg.new_playback()
        try:
            if await self._leg.begins(playback, [media]):
                await playback.over(TONE_S_MAX)
            return self._playback is not playback
        finally:
            if self._playback is playback:
                self._playback = None
            await self._exchange.end_playback(playback, unheard=self._leg.ended.is_set())
