"""The measure of what was understood: it counts what a listener would miss, and nothing else."""

import pytest

from tests.speech.recogniser import distance


def test_a_wrong_syllable_of_four_is_a_quarter() -> None:
    assert (
        distance.of_syllables(["qian", "ru", "cheng", "gong"], ["xian", "ru", "cheng", "gong"])
        == 0.25
    )


def test_both_readings_of_a_digit_and_marks_count_as_one() -> None:
    assert distance.of_syllables(["yao", ",", "liang"], ["yi", "er", "。"]) == 0.0


@pytest.mark.parametrize(
    ("meant", "understood", "share"),
    [
        ("For English, press two.", "for english press 2", 0.0),
        ("There are twelve callers.", "There are 12 callers!", 0.0),
        ("This is agent one zero zero one.", "This is agent 1001.", 0.0),
        ("Signed in.", "Find in.", 0.5),
        ("Goodbye.", "", 1.0),
        ("Goodbye.", "Goodbye, goodbye, goodbye.", 2.0),
    ],
)
def test_words_are_compared_whatever_their_spelling(
    meant: str, understood: str, share: float
) -> None:
    assert distance.of_words(meant, understood) == share
