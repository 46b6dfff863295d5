"""The survey's options follow each other closely, so that nobody thinks that was all."""

from itertools import pairwise
from pathlib import Path

import pytest

from ccbot.phone.alaw import FRAME_BYTES, FRAME_S, is_quiet
from ccbot.settings import PROJECT

GAP_S_MAX = 0.5
SURVEYS = sorted((PROJECT / "dialplan" / "sounds").glob("*/survey.csat*.alaw"))


def test_there_is_a_recorded_survey() -> None:
    assert SURVEYS


@pytest.mark.parametrize("file", SURVEYS, ids=[f"{one.parent.name}-{one.stem}" for one in SURVEYS])
def test_no_gap_between_options_is_longer_than_half_a_second(file: Path) -> None:
    sound = file.read_bytes()
    quiet = [
        is_quiet(sound[at : at + FRAME_BYTES])
        for at in range(0, len(sound) - FRAME_BYTES + 1, FRAME_BYTES)
    ]
    loud = [n for n, is_still in enumerate(quiet) if not is_still]
    gaps = [after - before - 1 for before, after in pairwise(loud)]
    assert max(gaps) * FRAME_S <= GAP_S_MAX
