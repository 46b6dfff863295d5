"""An admin's own recording of a prompt: to the house's band, level and edges, as A-law.

In plain Python, for it must also work where no speech engine is installed: ten seconds at 48 kHz
take about a second.
"""

import math
import os
from array import array
from collections.abc import Sequence
from operator import mul
from pathlib import Path
from typing import Final

from ccbot.phone.alaw import RATE_HZ, SILENT_BYTE, encode
from ccbot.speech import catalogue, wav
from ccbot.speech.check import UPLOADED_SPAN, expected_s, length_faults
from ccbot.speech.loudness import FRAME, frame_powers_db, mean_db
from ccbot.speech.prompt_files import UPLOADED

LENGTH_S_MIN: Final = 0.3
LENGTH_S_MAX: Final = 120.0
WHISPER_S_MAX: Final = 1.5
"""The customer waits while the agent hears from which group she comes."""
RATES_HZ: Final = (8_000, 48_000)
LEVEL_DB: Final = -20.0
"""As the rendered prompts."""
PEAK_MAX: Final = 0.89
SILENT_DB: Final = -55.0
"""A recording that never rises above this holds no voice."""
NOISE_DB_BELOW: Final = 35.0
"""What is so far below the loudest moment is silence at the edges."""
CUT_OFF: Final = 0.999
CUT_OFF_SHARE_MAX: Final = 0.001
HEAD_S: Final = 0.04
TAIL_S: Final = 0.25
BAND_HZ: Final = (120, 3_600)
TAPS_A_SIDE: Final = 16
"""The low-pass reaches over so many samples of the outcome."""


class ClipFault(Exception):  # noqa: N818 - named as what it is
    """The recording cannot serve; the message says why, and how to mend it."""


def convert(path: Path, prompt: str, language: str) -> bytes:
    """The recording as a clip of the house; ``ClipFault`` if it cannot serve as this prompt."""
    try:
        rate_hz, samples = wav.read(path)
    except wav.WavFault as fault:
        raise ClipFault(str(fault)) from None
    lowest, highest = RATES_HZ
    if not lowest <= rate_hz <= highest:
        raise ClipFault(f"{path} has {rate_hz} Hz: save it with {lowest} to {highest} Hz")
    _check_length(path, len(samples) / rate_hz)
    cut_off = sum(1 for sample in samples if abs(sample) >= CUT_OFF)
    if cut_off > CUT_OFF_SHARE_MAX * len(samples):
        raise ClipFault(f"{path} is clipped: record it again, less loud")
    narrow = _without_rumble(_at_8_khz(samples, rate_hz))
    powers = frame_powers_db(narrow, 1.0)
    if max(powers) < SILENT_DB:
        raise ClipFault(f"{path} is silent: record it again, louder")
    sound = _levelled(_trimmed(narrow, powers))
    _check_fit(path, prompt, language, len(sound) / RATE_HZ)
    return encode([round(sample * 32_767) for sample in sound]) + bytes(
        [SILENT_BYTE] * int(TAIL_S * RATE_HZ)
    )


def keep(home: Path, prompt: str, language: str, sound: bytes) -> Path:
    """Put a clip into use: whole, or not at all."""
    folder = home / "sounds" / UPLOADED / language
    for one in (folder.parent, folder):
        one.mkdir(parents=True, exist_ok=True)
        one.chmod(0o755)  # Asterisk's user reads it; the folder above keeps others out
    path = folder / f"{prompt}.alaw"
    aside = folder / f".{path.name}.{os.getpid()}"
    aside.write_bytes(sound)
    aside.chmod(0o644)
    aside.replace(path)
    return path


def remove(home: Path, prompt: str, language: str) -> bool:
    """Go back to the prompt of the house; False if there was no other."""
    try:
        (home / "sounds" / UPLOADED / language / f"{prompt}.alaw").unlink()
    except FileNotFoundError:
        return False
    return True


def _check_length(path: Path, length_s: float) -> None:
    if not LENGTH_S_MIN <= length_s <= LENGTH_S_MAX:
        span = f"{LENGTH_S_MIN:g} to {LENGTH_S_MAX:g} s"
        raise ClipFault(f"{path} is {length_s:.1f} s long: a prompt lasts {span}")


def _check_fit(path: Path, prompt: str, language: str, length_s: float) -> None:
    if prompt.startswith("whisper.group") and length_s > WHISPER_S_MAX:
        raise ClipFault(
            f"{path} speaks for {length_s:.1f} s: a whisper lasts at most {WHISPER_S_MAX:g} s"
        )
    text = catalogue.sentences("", language).get(prompt)
    if text is not None:
        for fault in length_faults(length_s, expected_s(text, language), UPLOADED_SPAN):
            raise ClipFault(f"{path} is no recording of {prompt}: it is {fault}")


def _at_8_khz(samples: "array[float]", rate_hz: int) -> "array[float]":
    """By a windowed-sinc low-pass, one set of taps for each phase between the two rates."""
    if rate_hz == RATE_HZ:
        return samples
    common = math.gcd(rate_hz, RATE_HZ)
    phases, step = RATE_HZ // common, rate_hz // common
    reach = math.ceil(TAPS_A_SIDE * rate_hz / RATE_HZ)
    taps = [_taps(phase / phases, reach, rate_hz) for phase in range(phases)]
    edge = array("d", bytes(8 * reach))
    padded = edge + samples + edge
    narrow = array("d")
    for number in range(len(samples) * RATE_HZ // rate_hz):
        whole, phase = divmod(number * step, phases)
        narrow.append(sum(map(mul, taps[phase], padded[whole : whole + 2 * reach])))
    return narrow


def _taps(offset: float, reach: int, rate_hz: int) -> "array[float]":
    """Of the low-pass around a point that lies this far behind a sample."""
    cutoff = BAND_HZ[1] / rate_hz
    taps = array("d")
    for step in range(-reach, reach):
        at = step - offset
        angle = 2 * math.pi * cutoff * at
        sinc = 2 * cutoff * (math.sin(angle) / angle if angle else 1.0)
        turn = math.pi * at / reach
        window = 0.42 + 0.5 * math.cos(turn) + 0.08 * math.cos(2 * turn) if abs(at) < reach else 0
        taps.append(sinc * window)
    total = sum(taps)
    return array("d", (tap / total for tap in taps))


def _without_rumble(samples: "array[float]") -> "array[float]":
    """A high-pass of one pole: no direct current, no hum of the room."""
    keep_share = 1 / (1 + 2 * math.pi * BAND_HZ[0] / RATE_HZ)
    passed = array("d")
    before = outcome = 0.0
    for sample in samples:
        outcome = keep_share * (outcome + sample - before)
        before = sample
        passed.append(outcome)
    return passed


def _trimmed(samples: "array[float]", powers: Sequence[float]) -> "array[float]":
    """From a breath before the first sound to the last one."""
    quiet_db = max(powers) - NOISE_DB_BELOW
    loud = [number for number, power in enumerate(powers) if power > quiet_db]
    first = max(0, loud[0] * FRAME - int(HEAD_S * RATE_HZ))
    return samples[first : (loud[-1] + 1) * FRAME]


def _levelled(samples: "array[float]") -> "array[float]":
    """At the level of all prompts, with a soft limit."""
    powers = frame_powers_db(samples, 1.0)
    quiet_db = max(powers) - NOISE_DB_BELOW
    active_db = mean_db([power for power in powers if power > quiet_db])
    gain = 10 ** ((LEVEL_DB - active_db) / 20)
    return array("d", (PEAK_MAX * math.tanh(one * gain / PEAK_MAX) for one in samples))
