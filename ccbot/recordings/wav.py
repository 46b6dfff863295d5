"""From the parts that Asterisk wrote to one WAV file on one time line.

Asterisk writes 16-bit mono at 8,000 samples a second. Where a process was killed the length is not
in the header: the file's own length counts. Between the parts, and where somebody had paused the
recording, there is silence of the same length, so the file is as long as the talk.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

RATE_HZ = 8_000
SAMPLE_BYTES = 2
HEADER_BYTES = 44
BLOCK_SAMPLES = RATE_HZ
"""So many are put together at once: one second."""
SAMPLES_MAX = (1 << 32) // (2 * SAMPLE_BYTES) - RATE_HZ
"""Of a stereo WAV file: its length has 32 bits, which is 37 hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One part: where it begins on the time line, and its file for each channel of the result."""

    at: int
    """In samples."""
    files: tuple[Path, ...]
    """One: heard on every channel; two: on the left and on the right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLine:
    """A whole recording."""

    stretches: tuple[Stretch, ...]
    silences: tuple[tuple[int, int | None], ...] = ()
    """(from, to) in samples; what lies there is not taken over, whatever it is."""
    channels: int = 1

    @property
    def samples(self) -> int:
        """How long it is."""
        ends = [one.at + samples_of(file) for one in self.stretches for file in one.files]
        return min(max(ends, default=0), SAMPLES_MAX)

    @property
    def seconds(self) -> float:
        """The same in seconds."""
        return self.samples / RATE_HZ

    def pieces(self) -> Iterator[bytes]:
        """The WAV file, a second at a time."""
        total = self.samples
        yield header(total, self.channels)
        placed = [
            [(one.at, file, samples_of(file)) for file in one.files] for one in self.stretches
        ]
        for at in range(0, total, BLOCK_SAMPLES):
            count = min(BLOCK_SAMPLES, total - at)
            yield self._block(placed, at, count)

    def _block(
        self, stretches: Sequence[Sequence[tuple[int, Path, int]]], at: int, count: int
    ) -> bytes:
        sides = [bytearray(SAMPLE_BYTES * count) for _ in range(self.channels)]
        for files in stretches:
            for channel, side in enumerate(sides):
                begins, file, length = files[min(channel, len(files) - 1)]
                first, last = max(at, begins), min(at + count, begins + length)
                if first < last:
                    _copy(file, first - begins, last - first, side, first - at)
        for since, until in self.silences:
            first = max(at, since)
            last = at + count if until is None else min(at + count, until)
            for side in sides:
                if first < last:
                    _blank(side, first - at, last - at)
        return _interleaved(sides)


def samples_of(file: Path) -> int:
    """How many samples the file really has; none if it is not there."""
    try:
        return max(0, file.stat().st_size - HEADER_BYTES) // SAMPLE_BYTES
    except FileNotFoundError:
        return 0


def header(samples: int, channels: int) -> bytes:
    """The 44 bytes before the sound."""
    block = channels * SAMPLE_BYTES
    size = samples * block
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, channels, RATE_HZ, RATE_HZ * block, block,
        8 * SAMPLE_BYTES, b"data", size,
    )  # fmt: skip


def _copy(file: Path, place: int, count: int, side: bytearray, to: int) -> None:
    with file.open("rb") as opened:
        opened.seek(HEADER_BYTES + SAMPLE_BYTES * place)
        found = opened.read(SAMPLE_BYTES * count)
    side[SAMPLE_BYTES * to : SAMPLE_BYTES * to + len(found)] = found


def _blank(side: bytearray, first: int, last: int) -> None:
    side[SAMPLE_BYTES * first : SAMPLE_BYTES * last] = bytes(SAMPLE_BYTES * (last - first))


def _interleaved(sides: Sequence[bytearray]) -> bytes:
    if len(sides) == 1:
        return bytes(sides[0])
    block = SAMPLE_BYTES * len(sides)
    made = bytearray(len(sides[0]) * len(sides))
    for channel, side in enumerate(sides):
        for byte in range(SAMPLE_BYTES):
            made[SAMPLE_BYTES * channel + byte :: block] = side[byte::SAMPLE_BYTES]
    return bytes(made)
