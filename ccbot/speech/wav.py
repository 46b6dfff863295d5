"""Reads WAV files of any common PCM kind: 8, 16, 24 or 32 bit, also float, any channels.

The standard library's reader refuses the extensible header that 24-bit files usually have.
"""

import math
import sys
from array import array
from collections.abc import Iterator
from pathlib import Path
from struct import error as StructError  # noqa: N812 - an exception's name is a class's name
from struct import unpack_from
from typing import Final, NamedTuple

BYTES_MAX: Final = 64 * 1024 * 1024
"""Two minutes at 48 kHz, 32 bit, stereo, are 46 MB."""
PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
_BITS: Final = {PCM: (8, 16, 24, 32), FLOAT: (32,)}


class WavFault(Exception):  # noqa: N818 - named as what it is
    """The file is no WAV that can be read; the message says why."""


class Wav(NamedTuple):
    """A recording in one channel."""

    rate_hz: int
    samples: "array[float]"
    """Between -1 and 1."""


class _Format(NamedTuple):
    kind: int
    channels: int
    rate_hz: int
    bits: int


def read(path: Path) -> Wav:
    """The recording in a file; several channels are mixed into one."""
    try:
        if path.stat().st_size > BYTES_MAX:
            raise WavFault(f"{path} is larger than {BYTES_MAX // 1024 // 1024} MB")
        content = path.read_bytes()
    except OSError as problem:
        raise WavFault(f"{path} cannot be read: {problem.strerror}") from None
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise WavFault(f"{path} is no WAV file: save it as WAV (PCM)")
    try:
        return _decode(dict(_chunks(content)))
    except (StructError, KeyError):
        raise WavFault(f"{path} is broken: save it anew as WAV (PCM)") from None
    except WavFault as fault:
        raise WavFault(f"{path}: {fault}") from None


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(content):
        name, size = unpack_from("<4sI", content, at)
        # A program that was stopped while it wrote leaves a size that goes past the end.
        yield name, content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _decode(chunks: dict[bytes, bytes]) -> Wav:
    shape = _format(chunks[b"fmt "])
    step = shape.bits // 8 * shape.channels
    data = chunks[b"data"]
    mixed = _samples(data[: len(data) // step * step], shape)
    if shape.channels > 1:
        by_channel = [mixed[one :: shape.channels] for one in range(shape.channels)]
        mixed = array("d", (sum(frame) / shape.channels for frame in zip(*by_channel, strict=True)))
    return Wav(shape.rate_hz, mixed)


def _format(chunk: bytes) -> _Format:
    kind, channels, rate_hz, _, _, bits = unpack_from("<HHIIHH", chunk)
    if kind == EXTENSIBLE:
        (kind,) = unpack_from("<H", chunk, 24)
    if bits not in _BITS.get(kind, ()):
        raise WavFault("compressed, or of a rare kind: save it as WAV, PCM, 16 bit")
    if not 1 <= channels <= 8:
        raise WavFault(f"it has {channels} channels: save it in one")
    return _Format(kind, channels, rate_hz, bits)


def _samples(data: bytes, shape: _Format) -> "array[float]":
    if shape.kind == FLOAT:
        floats = array("d", _little_endian("f", data))
        if not all(map(math.isfinite, floats)):
            raise WavFault("it holds samples that are no numbers: save it anew as WAV, PCM, 16 bit")
        return floats
    if shape.bits == 8:
        return array("d", ((code - 128) / 128 for code in data))
    if shape.bits == 24:
        wide = bytearray(len(data) // 3 * 4)
        for byte in range(3):
            wide[byte + 1 :: 4] = data[byte::3]
        data = bytes(wide)
    code, full = ("h", 32_768.0) if shape.bits == 16 else ("i", 2_147_483_648.0)
    return array("d", (sample / full for sample in _little_endian(code, data)))


def _little_endian(code: str, data: bytes) -> "array[float]":
    samples: array[float] = array(code, data)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples
