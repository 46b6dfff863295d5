"""Clean-up: tried once, waited for a moment, and never in anybody's way."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from ccbot.ari.errors import AriError
from ccbot.ari.request import carried_through

TIDY_S_MAX = 0.5
"""So long is a request of clean-up waited for: three in a row that nobody answers still leave time
for a row within two seconds of the hang-up. What they left undone, the audit finds."""


async def tidied(work: Coroutine[Any, Any, None]) -> None:
    """Wait for ``TIDY_S_MAX`` at most; what takes longer is carried through alone.

    Raises ``AriError`` or ``TimeoutError``.
    """
    async with asyncio.timeout(TIDY_S_MAX):
        await carried_through(work, leave=lambda: True)


async def tried(work: Coroutine[Any, Any, None]) -> None:
    """The same for what may as well fail."""
    with suppress(AriError, TimeoutError):
        await tidied(work)
