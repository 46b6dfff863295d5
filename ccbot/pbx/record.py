"""Recording what somebody says: a WAV file in Asterisk's spool, named by an id of ours alone.

Asterisk does not say why a recording ended, nor how much of it was speech; both are told here from
the keys, the clock and the hang-up. What was said until a hang-up is kept.
"""

import asyncio
import io
import wave
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import structlog

from ccbot.ari.errors import AriError, NotFound
from ccbot.ari.request import carried_through
from ccbot.pbx.leg import Leg, LegGone
from ccbot.pbx.tidy import TIDY_S_MAX, tried
from ccbot.speech.prompt_files import MANDARIN, Clip

if TYPE_CHECKING:
    from ccbot.pbx.exchange import Exchange

log = structlog.get_logger()

HEADER_BYTES = 44
"""Of a WAV file as Asterisk writes it."""

RECORD_MARGIN_S = 5.0
"""A recording that outlasts its limit by this much is given up."""

END_KEY = "#"
"""Ends a recording."""


class Ended(StrEnum):
    """What ended a recording."""

    KEY = "key"
    SILENCE = "silence"
    LIMIT = "limit"
    HANG_UP = "hang_up"
    FAILED = "failed"
    """Nothing could be recorded: the fault is ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a recording ends, and what is no recording."""

    most_s: int
    silence_s: int
    """So much silence ends it, at its beginning too."""
    least_s: float
    """What is shorter is thrown away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What came of a recording."""

    name: str | None
    """The file's name without ``.wav``; None if nothing was kept."""
    duration_s: float
    """Without the silence that ended it."""
    ended_by: Ended


class Recording:
    """One recording, known by our id before Asterisk hears of it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        self._began_s: float | None = None
        self._ended_s: float | None = None
        self.failed = False
        self.whole_s = 0
        """Whole seconds, as Asterisk counts them."""

    def reported(self, state: str, whole_s: int | None) -> None:
        """Asterisk said how it stands. ``done`` without a duration means that it never began."""
        if state == "recording":
            self._began_s = self._loop.time()
        elif not self.over:
            self.failed = state != "done" or whole_s is None
            self.whole_s = whole_s or 0
            self._ended_s = self._loop.time()
            self._over.set()

    @property
    def over(self) -> bool:
        """Whether Asterisk said that it ended."""
        return self._over.is_set()

    @property
    def lasted_s(self) -> float:
        """From its beginning to its end, or until now."""
        if self._began_s is None:
            return 0.0
        ended_s = self._loop.time() if self._ended_s is None else self._ended_s
        return ended_s - self._began_s

    async def ends(self, within_s: float | None = None) -> None:
        """Wait for the end; ``TimeoutError`` if it does not come in that time."""
        async with asyncio.timeout(within_s):
            await self._over.wait()


async def record(
    exchange: "Exchange", leg: Leg, name: str, limits: Limits, note: Callable[[Recorded], None]
) -> Recorded:
    """Beep, and record the leg until ``#``, silence, a limit or the hang-up.

    ``name`` is the file's, without ``.wav``, and was never used before. ``note`` hears the result
    as soon as it is known, on a hang-up too. A leg in a room cannot be recorded.
    """
    await leg.play("beep")
    recording = exchange.expect_recording(name)
    leg.keys.clear()
    result = Recorded(name=None, duration_s=0.0, ended_by=Ended.FAILED)
    try:
        await _run(exchange, leg, recording, limits)
    finally:
        result = _result(recording, leg, limits)
        note(result)
        await _tidy(exchange, recording, keep=result.name is not None)
    return result


async def let_end(exchange: "Exchange", name: str, limits: Limits) -> None:
    """Wait for the end of a recording that a process before this one began, if it goes on.

    Until then Asterisk does nothing else on its channel. Who speaks knows nothing of us, so it ends
    as it would have; one that outlasts its limit is stopped.
    """
    recording = exchange.expect_recording(name)
    try:
        await exchange.ari.recordings.get_live(recording_name=name)
        await recording.ends(limits.most_s + RECORD_MARGIN_S)
    except TimeoutError:
        await tried(exchange.ari.recordings.stop(recording_name=name))
    except AriError:
        pass  # it has ended, or never began
    finally:
        exchange.end_recording(recording)


async def stored_s(exchange: "Exchange", name: str) -> float | None:
    """How long a recording lasts that has ended; None if there is none. Never takes long."""
    try:
        async with asyncio.timeout(TIDY_S_MAX):
            file = exchange.ari.recordings.get_stored_file(recording_name=name)
            wav = await carried_through(file, leave=lambda: True)
        return length_s(wav)
    except NotFound:
        return None
    except (AriError, TimeoutError, wave.Error, EOFError) as problem:
        log.warning("a recording could not be read", recording=name, problem=str(problem))
        return None


def length_s(wav: bytes) -> float:
    """By what is there: an Asterisk that was killed had not written the length into the header."""
    with wave.open(io.BytesIO(wav)) as opened:
        frames = opened.getnframes() or (len(wav) - HEADER_BYTES) // opened.getsampwidth()
        return float(frames / opened.getframerate())


async def content(exchange: "Exchange", name: str) -> bytes:
    """The WAV file; nothing at all if Asterisk does not have it."""
    try:
        return await exchange.ari.recordings.get_stored_file(recording_name=name)
    except AriError as problem:
        log.warning("a recording could not be read", recording=name, problem=str(problem))
        return b""


async def discard(exchange: "Exchange", name: str) -> None:
    """Throw a recording away; never fails, never takes long."""
    if exchange.detached:
        return
    await tried(exchange.ari.recordings.delete_stored(recording_name=name))


async def erase(exchange: "Exchange", name: str) -> bool:
    """Delete a recording for good; true once it is not there any more."""
    try:
        await exchange.ari.recordings.delete_stored(recording_name=name)
    except NotFound:
        pass
    except AriError as problem:
        log.warning("a recording could not be deleted", recording=name, problem=str(problem))
        return False
    return True


def as_clip(recorded: Recorded) -> Clip:
    """What was recorded, to be played."""
    assert recorded.name is not None
    media = f"recording:{recorded.name}"
    return Clip(recorded.name, MANDARIN, media, recorded.duration_s)


async def _run(exchange: "Exchange", leg: Leg, recording: Recording, limits: Limits) -> None:
    """Until it ended, or cannot go on. Its end may be the first news of a hang-up."""
    try:
        await leg.ask(
            exchange.ari.channels.record(
                channel_id=leg.id,
                name=recording.name,
                format="wav",
                max_duration_seconds=limits.most_s,
                max_silence_seconds=limits.silence_s,
                if_exists="fail",
                terminate_on=END_KEY,
            )
        )
        await recording.ends(limits.most_s + RECORD_MARGIN_S)
    except (AriError, LegGone, TimeoutError) as problem:
        recording.failed = True
        log.warning("nothing could be recorded", leg=leg.id, problem=str(problem))
        return
    if END_KEY not in leg.keys.unread:
        await leg.is_there_still()


def _result(recording: Recording, leg: Leg, limits: Limits) -> Recorded:
    keys = leg.keys.unread
    leg.keys.clear()
    duration_s = recording.lasted_s
    if recording.failed:
        return Recorded(name=None, duration_s=0.0, ended_by=Ended.FAILED)
    if leg.ended.is_set() or not recording.over:
        ended_by = Ended.HANG_UP
    elif END_KEY in keys:
        ended_by = Ended.KEY
    elif recording.whole_s >= limits.most_s:
        ended_by = Ended.LIMIT
    else:
        ended_by, duration_s = Ended.SILENCE, max(0.0, duration_s - limits.silence_s)
    name = recording.name if duration_s >= limits.least_s else None
    return Recorded(name=name, duration_s=duration_s, ended_by=ended_by)


async def _tidy(exchange: "Exchange", recording: Recording, *, keep: bool) -> None:
    """Stop a recording that still runs, throw away one that is none; never takes long."""
    exchange.end_recording(recording)
    if exchange.detached:
        return
    if not recording.over:
        await tried(exchange.ari.recordings.stop(recording_name=recording.name))
    if not keep:
        await discard(exchange, recording.name)
