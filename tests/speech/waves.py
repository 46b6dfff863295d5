"""WAV files of every kind, made by hand: a voice-like buzz with silence around it."""

import math
import random
import struct
from pathlib import Path

EXTENSIBLE = 0xFFFE


def buzz(
    rate_hz: int, seconds: float = 1.0, *, level: float = 0.3, edge_s: float = 0.5
) -> list[float]:
    """A low tone with overtones that swells four times a second; noise far below it around."""
    noise = random.Random(1)
    edge = [noise.uniform(-0.001, 0.001) for _ in range(int(edge_s * rate_hz))]
    voice = []
    for step in range(int(seconds * rate_hz)):
        at = 2 * math.pi * step / rate_hz
        tone = math.sin(180 * at) + 0.5 * math.sin(720 * at) + 0.3 * math.sin(1_900 * at)
        voice.append(level * (0.6 + 0.4 * math.sin(4 * at)) * tone / 1.8)
    return [*edge, *voice, *edge]


def write(
    path: Path,
    samples: list[float],
    rate_hz: int,
    *,
    bits: int = 16,
    channels: int = 1,
    kind: int = 1,
) -> Path:
    """The samples on every channel."""
    frames = b"".join(_sample(sample, bits, kind) * channels for sample in samples)
    step = bits // 8 * channels
    shape = struct.pack("<HHIIHH", kind, channels, rate_hz, rate_hz * step, step, bits)
    if kind == EXTENSIBLE:
        shape += struct.pack("<HHIH14x", 22, bits, 0, 1)
    chunks = _chunk(b"LIST", b"odd") + _chunk(b"fmt ", shape) + _chunk(b"data", frames)
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)
    return path


def _sample(sample: float, bits: int, kind: int) -> bytes:
    if kind == 3:
        return struct.pack("<f", sample)
    if bits == 8:
        return bytes([round(128 + 127 * sample)])
    full = (1 << (bits - 1)) - 1
    return round(max(-1.0, min(1.0, sample)) * full).to_bytes(bits // 8, "little", signed=True)


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
