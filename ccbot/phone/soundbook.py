"""The sounds that a call centre can play, laid out so that a few bytes of one are found at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ccbot.phone.alaw import FRAME_BYTES, LINEAR, RATE_HZ, SILENT_BYTE, is_quiet

Kind = Literal["prompt", "music"]

_FLOOR = 300
"""Samples below it fall into one class: mixing moves them by a few steps."""


def _class(code: int) -> int:
    """Sign and octave of a sample: what survives decoding, mixing with silence and encoding."""
    sample = LINEAR[code]
    if abs(sample) < _FLOOR:
        return 0
    return (abs(sample) // _FLOOR).bit_length() + (16 if sample > 0 else 0)


COARSE = bytes(_class(code) for code in range(256))


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One sound and where it lies in the book."""

    name: str
    kind: Kind
    start: int
    end: int
    lead: int
    """Bytes of quiet before its first audible frame."""
    tail: int
    """Where its last audible frame ends."""

    @property
    def length_s(self) -> float:
        return (self.end - self.start) / RATE_HZ


@dataclass(frozen=True, slots=True)
class SoundBook:
    """Every sound that can be recognised."""

    entries: tuple[Entry, ...]
    exact: bytes = field(repr=False)
    coarse: bytes = field(repr=False)

    @classmethod
    def load(cls, prompts: Iterable[Path], music: Iterable[Path] = ()) -> "SoundBook":
        """From folders of ``.alaw`` files; of two with one name the later folder's counts.

        A folder that does not exist holds nothing.
        """
        sounds: dict[tuple[str, Kind], bytes] = {}
        for folders, kind in ((prompts, "prompt"), (music, "music")):
            for folder in folders:
                for path in sorted(folder.glob("*.alaw")):
                    sounds[path.stem, kind] = path.read_bytes()  # type: ignore[index]
        return cls.of(sounds)

    @classmethod
    def of(cls, sounds: dict[tuple[str, Kind], bytes]) -> "SoundBook":
        """From sounds in memory."""
        entries: list[Entry] = []
        exact = bytearray()
        for (name, kind), sound in sounds.items():
            start, (lead, tail) = len(exact), _audible(sound)
            exact += sound + bytes([SILENT_BYTE]) * FRAME_BYTES
            entries.append(
                Entry(
                    name=name,
                    kind=kind,
                    start=start,
                    end=start + len(sound),
                    lead=lead,
                    tail=start + tail,
                )
            )
        whole = bytes(exact)
        return cls(tuple(entries), whole, whole.translate(COARSE))

    def entry_at(self, position: int) -> Entry | None:
        """The sound that lies at this position."""
        low, high = 0, len(self.entries)
        while low < high:
            middle = (low + high) // 2
            if self.entries[middle].end + FRAME_BYTES <= position:
                low = middle + 1
            else:
                high = middle
        if low == len(self.entries) or position < self.entries[low].start:
            return None
        return self.entries[low]


def _audible(sound: bytes) -> tuple[int, int]:
    """Where the first audible frame begins and the last one ends."""
    loud = [
        at for at in range(0, len(sound), FRAME_BYTES) if not is_quiet(sound[at : at + FRAME_BYTES])
    ]
    return (loud[0], loud[-1] + FRAME_BYTES) if loud else (len(sound), len(sound))


def places(haystack: bytes, needle: bytes, *, at_most: int) -> Iterator[int]:
    """Where the needle lies, up to so many places."""
    at = -1
    for _ in range(at_most):
        at = haystack.find(needle, at + 1)
        if at < 0:
            return
        yield at
