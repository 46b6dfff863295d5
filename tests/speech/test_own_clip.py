"""A recording that somebody brings along sounds like the house's own, or is refused."""

from pathlib import Path

import pytest

from ccbot.phone.alaw import LINEAR, power_at
from ccbot.speech import own_clip
from ccbot.speech.loudness import measure
from ccbot.speech.own_clip import ClipFault, convert
from ccbot.speech.prompt_files import Library
from tests.speech.waves import EXTENSIBLE, buzz, write

KINDS = [
    (8_000, 8, 1, 1),
    (8_000, 16, 1, 1),
    (11_025, 16, 2, 1),
    (16_000, 24, 1, EXTENSIBLE),
    (22_050, 16, 1, 1),
    (32_000, 32, 1, 1),
    (44_100, 16, 2, 1),
    (48_000, 24, 2, EXTENSIBLE),
    (48_000, 32, 1, 3),
]


@pytest.mark.parametrize(("rate_hz", "bits", "channels", "kind"), KINDS)
def test_every_common_kind_becomes_a_clip_of_the_house(
    rate_hz: int, bits: int, channels: int, kind: int, tmp_path: Path
) -> None:
    samples = buzz(rate_hz, 2.0)
    file = write(tmp_path / "a.wav", samples, rate_hz, bits=bits, channels=channels, kind=kind)

    sound = convert(file, "bye", "zh")

    found = measure(sound)
    assert found.length_s == pytest.approx(2.3, abs=0.06)
    assert found.level_db == pytest.approx(own_clip.LEVEL_DB, abs=1.0)
    assert found.head_s <= 0.1
    assert found.tail_s <= 0.3
    assert found.at_top == 0
    middle = sound[8_000:9_600]
    assert power_at(middle, 180) > power_at(middle, 1_900) > 0.02


def test_what_a_telephone_cannot_carry_does_not_come_back_as_a_lower_tone(tmp_path: Path) -> None:
    """6 kHz, sampled at 8 kHz without a filter, would be heard as 2 kHz."""
    rate_hz = 48_000
    shrill = [one / 2 for one in _tone(6_000, rate_hz)]
    samples = [one + two for one, two in zip(buzz(rate_hz, 1.0, edge_s=0), shrill, strict=True)]

    sound = convert(write(tmp_path / "a.wav", samples, rate_hz), "bye", "zh")

    assert power_at(sound[1_600:3_200], 2_000) < 0.01


def test_a_long_recording_is_not_bent_in_time(tmp_path: Path) -> None:
    samples = buzz(11_025, 3.0, edge_s=0)

    sound = convert(write(tmp_path / "a.wav", samples, 11_025), "bye", "zh")

    assert len(sound) / 8_000 == pytest.approx(3.0 + own_clip.TAIL_S, abs=0.03)
    assert power_at(sound[20_000:21_600], 180) > 0.5


@pytest.mark.parametrize(
    ("samples", "rate_hz", "prompt", "why"),
    [
        (buzz(8_000, 0.1, edge_s=0.0), 8_000, "bye", "0.1 s long: a prompt lasts 0.3 to 120 s"),
        ([], 8_000, "bye", "0.0 s long"),
        (buzz(8_000, level=0.001, edge_s=0.0), 8_000, "bye", "silent: record it again, louder"),
        ([0.0] * 8_000, 8_000, "bye", "silent"),
        (buzz(8_000, level=3.0), 8_000, "bye", "clipped: record it again, less loud"),
        (buzz(6_000), 6_000, "bye", "6000 Hz: save it with 8000 to 48000 Hz"),
        (buzz(8_000, 2.0), 8_000, "whisper.group", "a whisper lasts at most 1.5 s"),
        (buzz(8_000, 1.0), 8_000, "menu.main", "no recording of menu.main: it is 1.1 s long"),
        (buzz(8_000, 30.0), 8_000, "bye", "its words take about 2.2 s"),
    ],
)
def test_what_cannot_serve_is_refused_in_one_line(
    samples: list[float], rate_hz: int, prompt: str, why: str, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.wav", samples, rate_hz)

    with pytest.raises(ClipFault) as refused:
        convert(file, prompt, "zh")

    assert why in str(refused.value)
    assert str(file) in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "content",
    [b"", b"RIFF", b"ID3 and so on", b"RIFF\0\0\0\0WAVE", b"RIFF\0\0\0\0WAVEfmt \2\0\0\0ab"],
)
def test_what_is_no_wav_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    file.write_bytes(content)

    with pytest.raises(ClipFault, match=r"save it (anew )?as WAV"):
        convert(file, "bye", "zh")


def test_compressed_sound_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "a.wav", buzz(8_000), 8_000, kind=0x55)

    with pytest.raises(ClipFault, match="compressed"):
        convert(file, "bye", "zh")


def test_it_is_heard_at_once_and_gone_at_once(tmp_path: Path) -> None:
    library = Library(tmp_path / "project", tmp_path / "sounds")
    assert library.find("bye") is None

    own_clip.keep(tmp_path, "bye", "zh", b"\xd5" * 8_000)
    clip = library.find("bye")
    assert clip is not None
    assert (clip.media, clip.duration_s) == ("sound:ccbot-home/uploaded/zh/bye", 1.0)
    own_clip.keep(tmp_path, "bye", "zh", b"\xd5" * 16_000)
    assert library.find("bye") == clip._replace(duration_s=2.0)

    assert own_clip.remove(tmp_path, "bye", "zh")
    assert library.find("bye") is None
    assert not own_clip.remove(tmp_path, "bye", "zh")


def test_the_quietest_step_of_a_law_is_silence() -> None:
    assert measure(bytes([0xD5]) * 800).head_s == pytest.approx(0.1)
    assert LINEAR[0xD5] == 8


def _tone(pitch_hz: float, rate_hz: int) -> list[float]:
    samples = buzz(rate_hz, 1.0, edge_s=0)
    return [0.3 if step % (rate_hz / pitch_hz) < 4 else -0.3 for step in range(len(samples))]
