"""Music on hold, our own: ``python -m ccbot.speech.music`` writes ``dialplan/music/calm.alaw``.

Plucked notes over slow chords, 48 s, made by arithmetic alone: always the same bytes. Notes that
ring on past the end sound at the beginning, so the loop has no seam.
"""

import math
from array import array

from ccbot.phone.alaw import encode
from ccbot.settings import PROJECT

RATE = 8_000
BEAT_S = 0.75
CHORDS = (
    (48, 55, 60, 64, 67),
    (45, 52, 57, 60, 64),
    (41, 48, 53, 57, 60),
    (43, 50, 55, 59, 62),
    (48, 55, 60, 64, 67),
    (40, 47, 52, 55, 59),
    (41, 48, 53, 57, 60),
    (43, 50, 55, 59, 62),
)
"""As MIDI notes: C, a, F, G, C, e, F, G; eight beats each."""
PATTERN = (0, 2, 3, 4, 1, 3, 4, 2)
PEAK = 0.22
"""About 6 dB under the prompts' speech."""
DECAY_S = 1.1


def samples() -> "array[float]":
    """The whole loop, between -1 and 1."""
    total = int(len(CHORDS) * len(PATTERN) * BEAT_S * RATE)
    loop = array("d", bytes(8 * total))
    for number, chord in enumerate(CHORDS):
        for beat, voice in enumerate(PATTERN):
            start = int((number * len(PATTERN) + beat) * BEAT_S * RATE)
            _pluck(loop, start, chord[voice] + 12, 1.0 if beat % 4 == 0 else 0.7)
    peak = max(abs(sample) for sample in loop)
    return array("d", (sample * PEAK / peak for sample in loop))


def _pluck(loop: "array[float]", start: int, note: int, strength: float) -> None:
    pitch = 440 * 2 ** ((note - 69) / 12)
    attack = int(0.01 * RATE)
    for step in range(int(4 * DECAY_S * RATE)):
        loudness = strength * math.exp(-step / (DECAY_S * RATE)) * min(1.0, step / attack)
        phase = 2 * math.pi * pitch * step / RATE
        tone = math.sin(phase) + 0.35 * math.sin(2 * phase) + 0.12 * math.sin(3 * phase)
        loop[(start + step) % len(loop)] += loudness * tone


def main() -> None:
    """Write the file."""
    loop = samples()
    target = PROJECT / "dialplan" / "music" / "calm.alaw"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(encode([round(sample * 32_767) for sample in loop]))


if __name__ == "__main__":
    main()
