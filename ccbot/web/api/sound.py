"""An answer that is a sound: sent piece by piece, within a limit of its own."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import structlog
from aiohttp import web

SOUND_S_MAX = 300.0
"""So long one recording may take on its way."""

_log = structlog.get_logger(__name__)


class Unplayable(Exception):  # noqa: N818 - it is what is said of a recording
    """It is not there, or is not what was sealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A WAV file."""

    name: str
    size: int
    pieces: Callable[[], Iterator[bytes]]
    """Each is read in a thread, since it waits for the disk."""


async def send(request: web.Request, sound: Sound) -> web.StreamResponse:
    """Send all of it; a line that is too slow, or a disk that fails, is cut."""
    response = web.StreamResponse(
        headers={
            "Content-Type": "audio/wav",
            "Content-Disposition": f'attachment; filename="{sound.name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
    )
    response.content_length = sound.size
    await response.prepare(request)
    try:
        async with asyncio.timeout(SOUND_S_MAX):
            pieces = sound.pieces()
            while piece := await asyncio.to_thread(next, pieces, b""):
                await response.write(piece)
            await response.write_eof()
    except Exception as problem:  # noqa: BLE001 - the head was sent: the line tells the rest
        _log.warning("api: a sound was cut off", why=f"{type(problem).__name__}: {problem}")
        if request.transport is not None:
            request.transport.abort()
    return response
