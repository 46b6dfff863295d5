"""Recordings of a simulated Asterisk: what a channel's human says, kept as a WAV file."""

import asyncio
import io
import wave
from typing import TYPE_CHECKING

from ccbot.phone.alaw import LINEAR, RATE_HZ, tone

if TYPE_CHECKING:
    from tests.sim.fake_asterisk import FakeAsterisk
    from tests.sim.fake_channels import FakeChannel

RECORDING = "recording:"
"""Begins the media URI of a stored recording."""

LIMIT_LATE_S = 0.6
"""Asterisk counts whole seconds: a recording of three seconds at most ends after 3.6."""

LEFT_OF_SILENCE_S = 0.2
"""So much of the silence that ended a recording stays in the file."""


class FakeRecording:
    """One recording of a channel that is in no bridge. It is ``done`` whatever ends it."""

    def __init__(
        self, asterisk: "FakeAsterisk", channel: "FakeChannel", name: str, most_s: int,
        silence_s: int, end_keys: str,
    ) -> None:  # fmt: skip
        self._asterisk = asterisk
        self._channel = channel
        self.name = name
        self._most_s = most_s
        self._silence_s = silence_s
        self._end_keys = end_keys
        self._began_s = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def json(self, state: str, **more: object) -> dict[str, object]:
        """The recording as ARI shows it."""
        uri = f"channel:{self._channel.id}"
        return {"name": self.name, "format": "wav", "state": state, "target_uri": uri, **more}

    def begin(self) -> None:
        """From now on the human is recorded, unless the channel is gone."""
        if self._channel.gone:
            self._asterisk.recordings.pop(self.name, None)
            return
        assert self._channel.queue.sound is None, "Asterisk would wait for the playback: teach it"
        self._channel.recording = self
        self._began_s = self._asterisk.loop.time()
        self._tell("RecordingStarted", "recording")
        if self._asterisk.recorder_broken:
            self._forget()
            self._tell("RecordingFinished", "done")  # as for a missing beep: no duration, no file
            return
        self._look()

    def pressed(self, key: str) -> None:
        """A key of the human's."""
        if key in self._end_keys:
            self.stop()

    def _look(self) -> None:
        """Ends by itself when it is too long, or silent for too long."""
        now_s = self._asterisk.loop.time()
        full_s = self._began_s + self._most_s + LIMIT_LATE_S
        spoke_until_s = [until_s for _, until_s in self._channel.spoken]
        silent_s = max([self._began_s, *spoke_until_s]) + self._silence_s
        if now_s >= full_s:
            self.stop()
        elif now_s >= silent_s:
            self.stop(cut_s=self._silence_s - LEFT_OF_SILENCE_S)
        else:
            at_s = min(full_s, silent_s)
            self._timer = self._asterisk.loop.call_at(at_s, self._look)

    def stop(self, cut_s: float = 0.0) -> None:
        """It is over, and lies in the spool."""
        self._forget()
        lasted_s = self._asterisk.loop.time() - self._began_s
        spans = [(since_s - self._began_s, until_s - self._began_s)
                 for since_s, until_s in self._channel.spoken]  # fmt: skip
        self._asterisk.stored[self.name] = _wav(max(0.0, lasted_s - cut_s), spans)
        self._tell("RecordingFinished", "done", duration=int(lasted_s))

    def _forget(self) -> None:
        self._channel.recording = None
        self._asterisk.recordings.pop(self.name, None)
        if self._timer is not None:
            self._timer.cancel()

    def _tell(self, kind: str, state: str, **more: object) -> None:
        self._channel.tell(kind, recording=self.json(state, **more))


def _wav(seconds: float, spoken: list[tuple[float, float]]) -> bytes:
    """A WAV file of so many seconds, in which somebody hums while he spoke."""
    samples = bytearray(2 * int(seconds * RATE_HZ))
    for since_s, until_s in spoken:
        first, last = max(0.0, since_s), min(seconds, until_s)
        if last > first:
            hum = tone(300, seconds=last - first, level=0.1)
            at = 2 * int(first * RATE_HZ)
            voice = b"".join(LINEAR[code].to_bytes(2, "little", signed=True) for code in hum)
            samples[at : at + len(voice)] = voice
    file = io.BytesIO()
    with wave.open(file, "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(RATE_HZ)
        opened.writeframes(bytes(samples))
    return file.getvalue()


def wav_s(content: bytes) -> float:
    """How long a WAV file sounds."""
    with wave.open(io.BytesIO(content)) as opened:
        frames: int = opened.getnframes()
        return frames / RATE_HZ
