"""G.711 A-law: bytes to 16-bit samples and back, tones, WAV files."""

import array
import math
import sys
import wave
from pathlib import Path

RATE_HZ = 8000
FRAME_BYTES = 160
"""20 ms, the packet of every telephone."""
FRAME_S = FRAME_BYTES / RATE_HZ
SILENT_BYTE = 0xD5
SILENCE = bytes([SILENT_BYTE]) * FRAME_BYTES
QUIET_MAX = 160
"""A frame whose samples all stay at or below this (−46 dBFS) is silence to the ear."""


def _decode(code: int) -> int:
    code ^= 0x55
    step, segment = code & 0x0F, (code & 0x70) >> 4
    size = (step << 4) + 8 if segment == 0 else ((step << 4) + 0x108) << (segment - 1)
    return size if code & 0x80 else -size


LINEAR = tuple(_decode(code) for code in range(256))
"""The sample of each A-law byte."""

_LOUD = bytes(1 if abs(LINEAR[code]) > QUIET_MAX else 0 for code in range(256))


def _encode(sample: int) -> int:
    mask = 0xD5 if sample >= 0 else 0x55
    size = min(sample if sample >= 0 else -sample - 1, 32767) >> 4
    if size < 32:
        return size ^ mask
    segment = size.bit_length() - 4
    return ((segment << 4) | ((size >> (segment - 1)) & 0x0F)) ^ mask


_CODES = bytes(_encode(sample << 4) for sample in range(-2048, 2048))


def encode(samples: list[int]) -> bytes:
    """A-law of 16-bit samples."""
    return bytes(_CODES[(max(-32768, min(32767, s)) >> 4) + 2048] for s in samples)


def is_quiet(frame: bytes) -> bool:
    """Whether a listener would hear nothing in the frame (single clicks do not count)."""
    return frame.translate(_LOUD).count(1) * 50 < len(frame)


def tone(frequency_hz: float, *, seconds: float, level: float = 0.2) -> bytes:
    """A sine tone."""
    step = 2 * math.pi * frequency_hz / RATE_HZ
    return encode([int(32767 * level * math.sin(step * n)) for n in range(int(seconds * RATE_HZ))])


def power_at(frame: bytes, frequency_hz: float) -> float:
    """The share of the frame's power that lies at one frequency (Goertzel), 0 to 1."""
    samples = [LINEAR[code] for code in frame]
    total = sum(s * s for s in samples)
    if not total:
        return 0.0
    factor = 2 * math.cos(2 * math.pi * frequency_hz / RATE_HZ)
    last = before = 0.0
    for sample in samples:
        last, before = sample + factor * last - before, last
    power = last * last + before * before - factor * last * before
    return min(1.0, 2 * power / (total * len(samples)))


def save_wav(path: Path, *channels: bytes) -> None:
    """Writes A-law of one or two channels as 16-bit PCM; the shorter one is filled with silence."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = max(map(len, channels))
    pcm = array.array("h", bytes(2 * frames * len(channels)))
    for index, channel in enumerate(channels):
        pcm[index : index + len(channel) * len(channels) : len(channels)] = array.array(
            "h", [LINEAR[code] for code in channel]
        )
    if sys.byteorder == "big":
        pcm.byteswap()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(pcm.tobytes())
