"""Recordings of a simulated Asterisk: what is said on a channel or in a bridge, as a WAV file."""

import array
import asyncio
import io
import sys
import wave
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ccbot.core.tapes import NAME
from ccbot.phone.alaw import LINEAR, RATE_HZ, tone
from tests.sim.ears import Kind, Sound

if TYPE_CHECKING:
    from tests.sim.fake_asterisk import FakeAsterisk

RECORDING = "recording:"
"""Begins the media URI of a stored recording."""

LIMIT_LATE_S = 0.6
"""Asterisk counts whole seconds: a recording of three seconds at most ends after 3.6."""

USUAL_PITCH_HZ = 300.0
"""Of a voice to which no other pitch was given."""

LEFT_OF_SILENCE_S = 0.2
"""So much of the silence that ended a recording stays in the file."""


class Recordable(Protocol):
    """A channel or a bridge, as far as a recording of it cares."""

    recording: "FakeRecording | None"

    def tell(self, kind: str, **fields: Any) -> None:
        """Send an event to the application."""
        ...

    def recorded(self) -> set[Sound]:
        """What is to be recorded now."""
        ...


class Hum(NamedTuple):
    """A voice in a recording; places are in seconds of the file."""

    since_s: float
    until_s: float
    pitch_hz: float


class Take(NamedTuple):
    """A recording of a talk: it may be long, so its sound is made only when somebody asks."""

    began_s: float
    ended_s: float
    length_s: float
    hums: list[Hum]

    def wav(self) -> bytes:
        """Its file."""
        return _wav(self.length_s, self.hums)


class FakeRecording:
    """One recording of a channel or a bridge. It is ``done`` whatever ends it."""

    def __init__(
        self, asterisk: "FakeAsterisk", target: Recordable, target_uri: str, name: str, most_s: int,
        silence_s: int, end_keys: str,
    ) -> None:  # fmt: skip
        self._asterisk = asterisk
        self._target = target
        self._target_uri = target_uri
        self.name = name
        self._most_s = most_s or float("inf")
        self._silence_s = silence_s or float("inf")
        self._end_keys = end_keys
        self._began_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.paused = False
        self.muted = False
        self._log: list[tuple[float, bool, frozenset[str]]] = []
        """From when on it was running, and whose voices were in it."""

    def json(self, state: str, **more: object) -> dict[str, object]:
        """The recording as ARI shows it."""
        return {
            "name": self.name,
            "format": "wav",
            "state": state,
            "target_uri": self._target_uri,
            **more,
        }

    @property
    def state(self) -> str:
        return "paused" if self.paused else "recording"

    def begin(self) -> None:
        """From now on it is recorded, unless it is gone."""
        if self.name not in self._asterisk.recordings:
            return
        if not self._asterisk.has(self._target_uri):
            self._asterisk.recordings.pop(self.name)
            return
        self._target.recording = self
        self._began_s = self._asterisk.loop.time()
        self._tell("RecordingStarted", "recording")
        if self._asterisk.recorder_broken:
            self._forget()
            self._tell("RecordingFinished", "done")  # as for a missing beep: no duration, no file
            return
        self.listen()
        self._look()

    def listen(self) -> None:
        """Somebody else may be heard now."""
        voices = {one.what for one in self._target.recorded() if one.kind is Kind.VOICE}
        heard = frozenset(() if self.muted else voices)
        self._log.append((self._asterisk.loop.time(), not self.paused, heard))

    def pause(self, *, paused: bool) -> None:
        """What is said meanwhile is cut out."""
        self.paused = paused
        self.listen()

    def mute(self, *, muted: bool) -> None:
        """In place of what is said meanwhile there is silence."""
        self.muted = muted
        self.listen()

    def pressed(self, key: str) -> None:
        """A key of the human's."""
        if key in self._end_keys:
            self.stop()

    def _look(self) -> None:
        """Ends by itself when it is too long, or silent for too long."""
        now_s = self._asterisk.loop.time()
        full_s = self._began_s + self._most_s + LIMIT_LATE_S
        channel = self._target_uri.removeprefix("channel:")
        spoke_until_s = [until_s for _, until_s in self._asterisk.spoken.get(channel, ())]
        silent_s = max([self._began_s, *spoke_until_s]) + self._silence_s
        if now_s >= full_s:
            self.stop()
        elif now_s >= silent_s:
            self.stop(cut_s=self._silence_s - LEFT_OF_SILENCE_S)
        elif (at_s := min(full_s, silent_s)) < float("inf"):
            self._timer = self._asterisk.loop.call_at(at_s, self._look)

    def stop(self, cut_s: float = 0.0) -> None:
        """It is over, and lies in the spool."""
        self._forget()
        now_s = self._asterisk.loop.time()
        length_s, hums = self._heard(now_s)
        if self.name.startswith(NAME):
            self._asterisk.takes[self.name] = Take(self._began_s, now_s, length_s, hums)
        else:
            self._asterisk.stored[self.name] = _wav(max(0.0, length_s - cut_s), hums)
        self._tell("RecordingFinished", "done", duration=int(now_s - self._began_s))

    def discard(self) -> None:
        """It is over, and nothing of it is kept: as if it had never begun."""
        self._forget()

    def _heard(self, now_s: float) -> tuple[float, list[Hum]]:
        """How long the file is, and what is in it."""
        length_s, hums = 0.0, []
        ends = [at_s for at_s, _, _ in self._log[1:]] + [now_s]
        for (since_s, runs, voices), until_s in zip(self._log, ends, strict=False):
            if not runs:
                continue
            shift_s = length_s - since_s
            for voice in voices:
                pitch_hz = self._asterisk.pitches_hz.get(voice, USUAL_PITCH_HZ)
                for began_s, ended_s in self._asterisk.spoken.get(voice, ()):
                    first_s, last_s = max(since_s, began_s), min(until_s, ended_s)
                    if last_s > first_s:
                        hums.append(Hum(first_s + shift_s, last_s + shift_s, pitch_hz))
            length_s += until_s - since_s
        return length_s, hums

    def _forget(self) -> None:
        self._target.recording = None
        self._asterisk.recordings.pop(self.name, None)
        if self._timer is not None:
            self._timer.cancel()

    def _tell(self, kind: str, state: str, **more: object) -> None:
        self._target.tell(kind, recording=self.json(state, **more))


def _wav(seconds: float, hums: list[Hum]) -> bytes:
    """A WAV file of so many seconds, in which people hum while they spoke."""
    samples = array.array("h", bytes(2 * int(seconds * RATE_HZ)))
    for since_s, until_s, pitch_hz in hums:
        first, last = max(0.0, since_s), min(seconds, until_s)
        at = int(first * RATE_HZ)
        voice = tone(pitch_hz, seconds=max(0.0, last - first), level=0.1)
        for place, code in enumerate(voice[: len(samples) - at], at):
            samples[place] = max(-32768, min(32767, samples[place] + LINEAR[code]))
    if sys.byteorder == "big":
        samples.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(RATE_HZ)
        opened.writeframes(samples.tobytes())
    return file.getvalue()


def wav_s(content: bytes) -> float:
    """How long a WAV file sounds."""
    with wave.open(io.BytesIO(content)) as opened:
        frames: int = opened.getnframes()
        return frames / RATE_HZ
