"""Who is heard: told by the pitch that each party speaks at."""

import itertools
from pathlib import Path

import pytest

from ccbot.phone.alaw import FRAME_BYTES, FRAME_S, LINEAR, SILENCE, encode, tone
from ccbot.phone.voices import LEVEL, PITCHES_HZ, Voices
from ccbot.settings import PROJECT

PITCHES = {str(pitch): float(pitch) for pitch in PITCHES_HZ}


class Listening:
    """An ear, and the time of day."""

    def __init__(self) -> None:
        self.at_s = 0.0
        self.voices = Voices(PITCHES, lambda: self.at_s)

    def hears(self, sound: bytes) -> None:
        for at in range(0, len(sound) - FRAME_BYTES + 1, FRAME_BYTES):
            self.at_s += FRAME_S
            self.voices.listen(sound[at : at + FRAME_BYTES], self.at_s)

    def who(self) -> list[tuple[str, ...]]:
        return [tuple(sorted(span.who)) for span in self.voices.spans()]


def mixed(*sounds: bytes) -> bytes:
    """As a bridge mixes them."""
    return encode([sum(LINEAR[code] for code in codes) for codes in zip(*sounds, strict=False)])


def voice(pitch: str, seconds: float = 1.0) -> bytes:
    return tone(PITCHES[pitch], seconds=seconds, level=LEVEL)


@pytest.mark.parametrize("together", [1, 2, 3, 4])
def test_exactly_those_who_speak_are_heard(together: int) -> None:
    for who in itertools.combinations(PITCHES, together):
        listening = Listening()
        listening.hears(mixed(*map(voice, who)))
        assert listening.voices.now() == set(who)


def test_who_comes_and_goes_is_told_with_the_times() -> None:
    listening = Listening()
    listening.hears(voice("1650") + mixed(voice("1650"), voice("1850")) + voice("1850"))
    assert listening.who() == [(), ("1650",), ("1650", "1850"), ("1850",)]
    for number, span in enumerate(listening.voices.spans()[1:]):
        assert abs(span.since_s - number) < 0.15


def test_a_key_of_whoever_speaks_does_not_count_as_silence() -> None:
    listening = Listening()
    listening.hears(voice("1650") + SILENCE * 5 + voice("1650"))
    assert listening.who() == [(), ("1650",)]


def test_where_no_packet_comes_nobody_is_heard() -> None:
    listening = Listening()
    listening.hears(voice("1650"))
    listening.at_s += 5.0
    assert listening.voices.now() == frozenset()
    assert listening.voices.spans()[-1].since_s == pytest.approx(1.0)


def test_nothing_that_ccbot_plays_is_taken_for_somebody() -> None:
    sounds = [Path(PROJECT / "dialplan/music/calm.alaw")]
    for language in ("zh", "en"):
        sounds += sorted((PROJECT / f"dialplan/sounds/{language}").glob("*.alaw"))[::8]
    for sound in sounds:
        listening = Listening()
        listening.hears(sound.read_bytes())
        assert listening.who() == [()], sound.name
