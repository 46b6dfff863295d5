"""Speaks: runs inside the engine's own environment, and imports nothing of ccbot.

Standard input: one JSON object a line, ``{"text": …, "language": …, "voice": …, "file": …}``; each
becomes a raw A-law file of 8 kHz at one level; one line of JSON about it goes to standard output.
"""

import json
import os
import re
import sys
import tempfile
from pathlib import Path

import numpy as np
from kokoro_onnx import Kokoro
from misaki import zh

RATE_IN, RATE = 24_000, 8_000
LEVEL_DB = -20.0
"""Mean power of the speech itself, relative to full scale."""
PEAK_MAX = 0.89
QUIET_DB = -45.0
"""What is quieter than this is silence at the edges."""
HEAD_S, TAIL_S = 0.04, 0.25
SPEED = 1.0
NICENESS = 10
"""Calls come first."""
LATIN = re.compile(r"([A-Za-z][A-Za-z'&. -]*[A-Za-z]|[A-Za-z])")
HAN = re.compile(r"([\u4e00-\u9fff]+)")


def main(folder: Path) -> None:
    """Serve requests until the end of input."""
    os.nice(NICENESS)
    kokoro = engine(folder)
    mandarin = zh.ZHG2P()
    for line in sys.stdin:
        request = json.loads(line)
        phonemes = to_phonemes(request["text"], request["language"], kokoro, mandarin)
        samples, rate = kokoro.create(
            phonemes, voice=request["voice"], speed=SPEED, is_phonemes=True
        )
        assert rate == RATE_IN, rate
        sound = level(trim(telephone_band(np.asarray(samples, dtype=np.float64))))
        target = Path(request["file"])
        aside = target.with_name(f".{target.name}.{os.getpid()}")
        aside.write_bytes(alaw(sound))
        aside.chmod(0o644)
        aside.replace(target)
        print(json.dumps({"file": request["file"], "ms": len(sound) * 1000 // RATE}), flush=True)


def engine(folder: Path):
    """The model with every voice that lies beside it."""
    voices = {
        path.stem: np.fromfile(path, dtype=np.float32).reshape(510, 1, 256)
        for path in folder.glob("*.bin")
    }
    with tempfile.TemporaryDirectory() as aside:
        packed = Path(aside) / "voices.npz"
        np.savez(packed, **voices)
        kokoro = Kokoro(str(folder / "model.onnx"), str(packed))
        kokoro.voices = dict(kokoro.voices)
    return kokoro


def to_phonemes(text, language, kokoro, mandarin):
    """Each script by its own rules: names of the other language stand in the middle of a text."""
    other = HAN if language == "en" else LATIN
    spoken = []
    for part in filter(str.strip, other.split(text)):
        if (other is HAN) == bool(other.fullmatch(part)):
            spoken.append(han(part, mandarin))
        else:
            spoken.append(kokoro.tokenizer.phonemize(part, "en-us"))
    return " ".join(spoken)


def han(text, mandarin):
    """Phonemes of a Mandarin text."""
    spoken = mandarin(text)
    return spoken[0] if isinstance(spoken, tuple) else spoken


def telephone_band(samples):
    """24 kHz to 8 kHz: a windowed-sinc low-pass at 3.6 kHz, and a high-pass at 120 Hz."""
    taps = np.arange(-240, 241)
    cutoff = 3_600 / RATE_IN
    low = 2 * cutoff * np.sinc(2 * cutoff * taps) * np.blackman(len(taps))
    narrow = np.convolve(samples, low / low.sum(), mode="same")[:: RATE_IN // RATE]
    taps = np.arange(-200, 201)
    cutoff = 120 / RATE
    rumble = 2 * cutoff * np.sinc(2 * cutoff * taps) * np.blackman(len(taps))
    return narrow - np.convolve(narrow, rumble / rumble.sum(), mode="same")


def trim(samples):
    """No silence before the first sound but a breath, and the same short one after the last."""
    frame = RATE // 100
    power = [np.mean(samples[i : i + frame] ** 2) for i in range(0, len(samples), frame)]
    loud = [i for i, mean in enumerate(power) if 10 * np.log10(mean + 1e-12) > QUIET_DB]
    first = max(0, loud[0] * frame - int(HEAD_S * RATE))
    last = min(len(samples), (loud[-1] + 1) * frame)
    return np.concatenate([samples[first:last], np.zeros(int(TAIL_S * RATE))])


def level(samples):
    """Every prompt at the same level, with a soft limit."""
    frame = RATE // 50
    power = np.array([np.mean(samples[i : i + frame] ** 2) for i in range(0, len(samples), frame)])
    active = power[10 * np.log10(power + 1e-12) > QUIET_DB]
    gain = 10 ** (LEVEL_DB / 20) / np.sqrt(active.mean())
    return PEAK_MAX * np.tanh(samples * gain / PEAK_MAX)


def alaw(samples):
    """G.711 A-law, one byte a sample."""
    linear = np.clip(np.round(samples * 32_767), -32_768, 32_767).astype(np.int32)
    sign = np.where(linear >= 0, 0x80, 0x00)
    magnitude = np.minimum(np.where(linear >= 0, linear, -linear - 1) >> 3, 4_095)
    exponent = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(int) - 4, 0)
    shift = np.where(exponent > 0, exponent, 1)
    mantissa = (magnitude >> shift) & 0x0F
    code = sign | (np.where(magnitude < 32, 0, exponent) << 4) | mantissa
    code = np.where(magnitude < 32, sign | (magnitude >> 1), code)
    return (code ^ 0x55).astype(np.uint8).tobytes()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
