"""Writes down what was said: runs inside the recogniser's own environment, imports nothing of ours.

Standard input: one JSON object a line, ``{"file": …, "language": …, "meant": …}``, the file raw
A-law of 8 kHz. One line of JSON, ``{"text": …, "pinyin": …, "meant": …}``, goes to standard
output: what was understood, the same as toneless pinyin, and the pinyin of what was meant.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel
from pypinyin import lazy_pinyin

PROMPTS = {"zh": "以下是普通话的句子。", "en": None}
"""Makes the recogniser write in short characters, and says nothing of what will be heard."""

DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))


def main(model: str) -> None:
    """Serve requests until the end of input."""
    os.nice(10)
    whisper = WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=2)
    for line in sys.stdin:
        request = json.loads(line)
        language = request["language"]
        segments, _ = whisper.transcribe(
            sixteen_khz(Path(request["file"]).read_bytes()),
            language=language,
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            initial_prompt=PROMPTS[language],
        )
        text = "".join(segment.text for segment in segments).strip()
        reply = {"text": text, "pinyin": pinyin(text), "meant": pinyin(request["meant"])}
        print(json.dumps(reply), flush=True)


def pinyin(text):
    """Syllables without tones, and numbers digit by digit."""
    spelled = "".join(DIGITS.get(sign, sign) for sign in text)
    return " ".join(lazy_pinyin(spelled))


def sixteen_khz(sound: bytes):
    """A-law of 8 kHz as floats of 16 kHz, with a quarter of a second of silence around."""
    code = np.frombuffer(sound, dtype=np.uint8).astype(np.int32) ^ 0x55
    step, segment = code & 0x0F, (code & 0x70) >> 4
    size = np.where(
        segment == 0, (step << 4) + 8, ((step << 4) + 0x108) << np.maximum(segment - 1, 0)
    )
    linear = np.where(code & 0x80, size, -size) / 32_768
    narrow = np.pad(linear, 2_000)
    spectrum = np.fft.rfft(narrow)
    return (
        np.fft.irfft(np.pad(spectrum, (0, len(narrow) // 2)), 2 * len(narrow)).astype(np.float32)
        * 2
    )


if __name__ == "__main__":
    main(sys.argv[1])
