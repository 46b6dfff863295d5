"""A human's recording, made like the rendered prompts: trimmed, and at their level."""

import array
import io
import math
import operator
import sys
import wave
from collections.abc import Sequence

from ccbot.phone.alaw import RATE_HZ, SILENT_BYTE, encode

FULL_SCALE = 32_768
LEVEL_DB = -20.0
PEAK_MAX = 0.89
QUIET_DB = -45.0
HEAD_S, TAIL_S = 0.04, 0.25
"""As ccbot/speech/worker.py makes the prompts."""

SPOKEN_S_MIN = 1.0
"""Less is too short for a sentence."""
LOUD_DB_MIN = -40.0
"""A voice below it would have to be raised together with all its noise."""

FRAME = RATE_HZ // 100


def sentence_of(wav: bytes) -> bytes | None:
    """What is said in a WAV file, as A-law; None if it is too short or too quiet."""
    samples = _samples(wav)
    loud = [
        (at, power)
        for at in range(0, len(samples), FRAME)
        if _db(power := _power(samples[at : at + FRAME])) > QUIET_DB
    ]
    if len(loud) * FRAME < SPOKEN_S_MIN * RATE_HZ:
        return None
    power = sum(power for _, power in loud) / len(loud)
    if _db(power) < LOUD_DB_MIN:
        return None
    first = max(0, loud[0][0] - int(HEAD_S * RATE_HZ))
    spoken = _levelled(samples[first : loud[-1][0] + FRAME], power)
    return encode(spoken) + bytes([SILENT_BYTE]) * int(TAIL_S * RATE_HZ)


def _samples(wav: bytes) -> "array.array[int]":
    """The samples of a file as the recorder writes it; of anything else none."""
    samples = array.array("h")
    try:
        with wave.open(io.BytesIO(wav)) as opened:
            made_so = (opened.getnchannels(), opened.getsampwidth(), opened.getframerate())
            if made_so == (1, samples.itemsize, RATE_HZ):
                samples.frombytes(opened.readframes(opened.getnframes()))
    except (wave.Error, EOFError, ValueError):
        return array.array("h")
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _power(frame: Sequence[int]) -> float:
    total: int = sum(map(operator.mul, frame, frame))
    return total / len(frame) / FULL_SCALE**2


def _db(power: float) -> float:
    return 10 * math.log10(power + 1e-12)


def _levelled(samples: Sequence[int], power: float) -> list[int]:
    """At the prompts' level, with a soft limit."""
    gain = 10 ** (LEVEL_DB / 20) / math.sqrt(power) / FULL_SCALE / PEAK_MAX
    peak = PEAK_MAX * (FULL_SCALE - 1)
    return [round(peak * math.tanh(sample * gain)) for sample in samples]
