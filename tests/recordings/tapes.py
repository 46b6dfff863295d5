"""Files as Asterisk writes them."""

import struct
from pathlib import Path

from ccbot.recordings.wav import RATE_HZ, header


def tape(path: Path, samples: list[int], *, killed: bool = False) -> Path:
    """A part's file; ``killed``: Asterisk had no time to write its length into the header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = 0 if killed else len(samples)
    path.write_bytes(header(told, 1) + struct.pack(f"<{len(samples)}h", *samples))
    return path


def hum(seconds: float, level: int) -> list[int]:
    """Sound that is known again by its level."""
    return [level] * round(seconds * RATE_HZ)
