"""Ears: what is recognised in a stream of frames, offline."""

import random
import wave
from pathlib import Path

import pytest

from ccbot.phone import Ears, SoundBook, alaw
from ccbot.phone.alaw import FRAME_BYTES, FRAME_S, LINEAR, SILENCE
from ccbot.phone.bell import Bell
from ccbot.settings import PROJECT

REAL = PROJECT / "dialplan/sounds/zh"
MUSIC = PROJECT / "dialplan/music"


class Listening:
    """Ears with a clock of their own."""

    def __init__(self, book: SoundBook) -> None:
        self.now_s = 100.0
        self.ears = Ears(book, Bell(), lambda: self.now_s)
        self.ears.begin(self.now_s)

    def frame(self, frame: bytes) -> None:
        self.ears.listen(frame, self.now_s)
        self.now_s += FRAME_S

    def play(self, sound: bytes) -> None:
        for at in range(0, len(sound), FRAME_BYTES):
            self.frame(sound[at : at + FRAME_BYTES])

    def quiet(self, seconds: float) -> None:
        self.play(SILENCE * round(seconds / FRAME_S))

    def names(self) -> list[str]:
        return [heard.name for heard in self.ears.heard()]


@pytest.fixture
def listening(book: SoundBook) -> Listening:
    return Listening(book)


def mixed(sound: bytes, other: bytes) -> bytes:
    """The sum of two, as a conference makes it."""
    filled = other + SILENCE[:1] * (len(sound) - len(other))
    return alaw.encode([LINEAR[a] + LINEAR[b] for a, b in zip(sound, filled, strict=False)])


def test_prompts_one_after_the_other_are_told_with_their_times(
    listening: Listening, sounds: dict[str, bytes]
) -> None:
    listening.quiet(1.0)
    listening.play(sounds["welcome.main"])
    listening.play(sounds["menu.main"])
    listening.quiet(1.0)
    first, second = listening.ears.heard()
    assert (first.name, second.name) == ("welcome.main", "menu.main")
    assert first.began_s == pytest.approx(101.0, abs=0.03)
    assert second.began_s == pytest.approx(103.0, abs=0.03)
    assert first.is_complete
    assert second.is_complete
    assert not second.is_playing


def test_a_prompt_that_is_cut_off_is_not_complete(
    listening: Listening, sounds: dict[str, bytes]
) -> None:
    listening.play(sounds["menu.main"][: 60 * FRAME_BYTES])
    listening.quiet(1.0)
    (heard,) = listening.ears.heard()
    assert not heard.is_complete
    assert not heard.is_playing
    assert heard.until_s == pytest.approx(101.2, abs=0.1)


def test_a_long_pause_inside_a_prompt_is_not_its_end(sounds: dict[str, bytes]) -> None:
    paused = sounds["welcome.main"] + SILENCE * 60 + sounds["menu.main"]
    listening = Listening(SoundBook.of({("paused", "prompt"): paused}))
    listening.play(paused[: len(sounds["welcome.main"]) + 50 * FRAME_BYTES])
    assert listening.ears.heard()[0].is_playing
    listening.play(paused[len(sounds["welcome.main"]) + 50 * FRAME_BYTES :])
    assert listening.names() == ["paused"]
    assert listening.ears.heard()[0].is_complete


def test_a_prompt_whose_stream_stops_is_not_playing(
    listening: Listening, sounds: dict[str, bytes]
) -> None:
    listening.play(sounds["menu.main"][: 60 * FRAME_BYTES])
    listening.now_s += 1.0  # no packet at all
    assert not listening.ears.heard()[0].is_playing


def test_a_prompt_cut_off_by_another_is_told_at_once(
    listening: Listening, sounds: dict[str, bytes]
) -> None:
    listening.play(sounds["welcome.main"][: 50 * FRAME_BYTES])
    listening.play(sounds["menu.main"])
    assert listening.names() == ["welcome.main", "menu.main"]
    assert listening.ears.heard()[1].began_s == pytest.approx(101.0, abs=0.05)


def test_frames_need_not_lie_as_in_the_file(listening: Listening, sounds: dict[str, bytes]) -> None:
    listening.play(SILENCE[:77] + sounds["menu.main"])
    assert listening.names() == ["menu.main"]


def test_lost_packets_do_not_make_two_of_one(
    listening: Listening, sounds: dict[str, bytes]
) -> None:
    sound = sounds["menu.main"]
    listening.play(sound[: 40 * FRAME_BYTES])
    listening.now_s += 3 * FRAME_S
    listening.play(sound[43 * FRAME_BYTES :])
    assert listening.names() == ["menu.main"]
    assert listening.ears.heard()[0].is_complete


def test_a_prompt_mixed_with_the_faint_noise_of_a_room_is_recognised(
    listening: Listening, sounds: dict[str, bytes]
) -> None:
    chance = random.Random(7)
    noise = alaw.encode([int(chance.gauss(0, 12)) for _ in range(len(sounds["menu.main"]))])
    listening.play(mixed(sounds["menu.main"], noise))
    assert listening.names() == ["menu.main"]
    assert listening.ears.heard()[0].is_complete


def test_music_is_recognised_in_its_middle_and_goes_on_after_a_prompt(
    listening: Listening, sounds: dict[str, bytes]
) -> None:
    listening.play(sounds["tune"][80 * FRAME_BYTES : 150 * FRAME_BYTES])
    listening.play(sounds["welcome.main"])
    listening.play(sounds["tune"][150 * FRAME_BYTES :])
    assert listening.names() == ["tune", "welcome.main", "tune"]
    assert listening.ears.heard()[0].kind == "music"
    assert listening.ears.heard()[0].from_s == pytest.approx(1.6, abs=0.2)


def test_unknown_speech_and_tones_are_nothing_known(listening: Listening) -> None:
    listening.play(alaw.tone(440, seconds=2))
    chance = random.Random(9)
    listening.play(alaw.encode([int(chance.gauss(0, 6000)) for _ in range(16000)]))
    assert listening.names() == []


def test_silence_is_measured_and_so_is_a_stream_that_stopped(
    listening: Listening, sounds: dict[str, bytes]
) -> None:
    listening.quiet(2.0)
    listening.play(sounds["welcome.main"])
    assert listening.ears.longest_silence_s() == pytest.approx(2.1, abs=0.15)
    listening.now_s += 4.0  # no packet at all
    assert listening.ears.longest_silence_s() == pytest.approx(4.1, abs=0.15)


def test_a_tone_is_told_from_another(listening: Listening) -> None:
    listening.play(alaw.tone(1000, seconds=0.5))
    assert listening.ears.hears_tone(1000)
    assert not listening.ears.hears_tone(440)


def test_the_later_folder_wins_and_a_missing_one_is_empty(tmp_path: Path) -> None:
    for name, byte in (("a", b"\x01"), ("b", b"\x02")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "welcome.main.alaw").write_bytes(byte * 320)
    book = SoundBook.load([tmp_path / "a", tmp_path / "b", tmp_path / "c"])
    assert [entry.name for entry in book.entries] == ["welcome.main"]
    assert book.exact.startswith(b"\x02")


@pytest.mark.parametrize("path", sorted(REAL.glob("*.alaw")), ids=lambda path: path.stem)
def test_every_real_prompt_is_recognised_as_itself(path: Path) -> None:
    listening = Listening(SoundBook.load([REAL], [MUSIC]))
    listening.quiet(0.3)
    listening.play(path.read_bytes())
    listening.quiet(0.3)
    assert listening.names() == [path.stem]
    assert listening.ears.heard()[0].is_complete


def test_a_wav_file_holds_both_sides(tmp_path: Path) -> None:
    alaw.save_wav(tmp_path / "x/call.wav", alaw.tone(440, seconds=1), SILENCE)
    with wave.open(str(tmp_path / "x/call.wav")) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (2, 8000, 8000)


def test_a_law_there_and_back_is_the_same() -> None:
    assert alaw.encode(list(LINEAR)) == bytes(range(256))
