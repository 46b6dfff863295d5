"""Sounds made on the spot: every one different, none a recording."""

import random

import pytest

from ccbot.phone import SoundBook, alaw


def speech(seed: int, *, seconds: float) -> bytes:
    """A-law that behaves like speech: syllables of noise, short pauses, quiet at both ends."""
    chance = random.Random(seed)
    samples: list[int] = [0] * 800
    while len(samples) < (seconds - 0.1) * alaw.RATE_HZ:
        level, last = chance.choice([1500, 4000, 9000]), 0.0
        for _ in range(chance.randrange(800, 2400)):
            last = 0.7 * last + chance.gauss(0.0, level)
            samples.append(int(last))
        samples += [0] * chance.randrange(0, 1200)
    samples = samples[: int((seconds - 0.1) * alaw.RATE_HZ)] + [0] * 800
    return alaw.encode(samples)


@pytest.fixture(scope="session")
def sounds() -> dict[str, bytes]:
    """Two prompts and a piece of music."""
    return {
        "welcome.main": speech(1, seconds=2.0),
        "menu.main": speech(2, seconds=2.5),
        "tune": speech(3, seconds=4.0),
    }


@pytest.fixture(scope="session")
def book(sounds: dict[str, bytes]) -> SoundBook:
    """The book of them."""
    return SoundBook.of(
        {
            ("welcome.main", "prompt"): sounds["welcome.main"],
            ("menu.main", "prompt"): sounds["menu.main"],
            ("tune", "music"): sounds["tune"],
        }
    )
