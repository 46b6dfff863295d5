"""Parts become one file on one time line."""

import io
import wave
from pathlib import Path

from ccbot.recordings.wav import RATE_HZ, Stretch, TimeLine
from tests.recordings.tapes import hum, tape


def played(line: TimeLine) -> list[list[int]]:
    """The samples of each channel."""
    with wave.open(io.BytesIO(b"".join(line.pieces()))) as opened:
        assert (opened.getframerate(), opened.getsampwidth()) == (RATE_HZ, 2)
        assert opened.getnchannels() == line.channels
        samples = memoryview(opened.readframes(opened.getnframes())).cast("h").tolist()
    return [samples[one :: line.channels] for one in range(line.channels)]


def at(seconds: float) -> int:
    return round(seconds * RATE_HZ)


def test_parts_stand_where_they_were_recorded(tmp_path: Path) -> None:
    first = tape(tmp_path / "1.wav", hum(1.5, 7))
    second = tape(tmp_path / "2.wav", hum(0.5, 9))
    line = TimeLine(
        stretches=(Stretch(at=0, files=(first,)), Stretch(at=at(3.25), files=(second,)))
    )

    [mixed] = played(line)

    assert line.seconds == 3.75
    assert mixed == hum(1.5, 7) + hum(1.75, 0) + hum(0.5, 9)


def test_two_sides_are_two_channels(tmp_path: Path) -> None:
    said = tape(tmp_path / "in.wav", hum(2.0, 1))
    heard = tape(tmp_path / "out.wav", hum(1.0, 2))
    line = TimeLine(stretches=(Stretch(at=at(1), files=(said, heard)),), channels=2)

    left, right = played(line)

    assert left == hum(1, 0) + hum(2, 1)
    assert right == hum(1, 0) + hum(1, 2) + hum(1, 0)


def test_a_mixed_part_is_heard_on_both_channels(tmp_path: Path) -> None:
    both = tape(tmp_path / "both.wav", hum(1, 3))
    line = TimeLine(stretches=(Stretch(at=0, files=(both,)),), channels=2)
    assert played(line) == [hum(1, 3), hum(1, 3)]


def test_nothing_is_taken_over_that_lies_in_a_pause(tmp_path: Path) -> None:
    whole = tape(tmp_path / "1.wav", hum(4, 5))
    line = TimeLine(
        stretches=(Stretch(at=0, files=(whole,)),), silences=((at(1), at(2.5)), (at(3.5), None))
    )
    assert played(line) == [hum(1, 5) + hum(1.5, 0) + hum(1, 5) + hum(0.5, 0)]


def test_a_header_that_says_nothing_is_not_believed(tmp_path: Path) -> None:
    cut_off = tape(tmp_path / "1.wav", hum(1, 4), killed=True)
    line = TimeLine(stretches=(Stretch(at=0, files=(cut_off,)),))
    assert played(line) == [hum(1, 4)]


def test_a_part_without_a_file_is_silence(tmp_path: Path) -> None:
    there = tape(tmp_path / "2.wav", hum(1, 6))
    line = TimeLine(
        stretches=(
            Stretch(at=0, files=(tmp_path / "1.wav",)),
            Stretch(at=at(1), files=(there,)),
        )
    )
    assert played(line) == [hum(1, 0) + hum(1, 6)]
