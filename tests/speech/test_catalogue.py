"""The catalogue of prompts."""

import pytest

from ccbot.speech import catalogue


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "一"), (2, "两"), (10, "十"), (12, "十二"), (20, "二十"), (22, "二十二")],
)
def test_counts_are_read_as_before_a_measure_word(count: int, words: str) -> None:
    assert catalogue.counted(count) == words


def test_each_count_is_a_whole_sentence_of_its_own() -> None:
    spoken = catalogue.sentences("")

    assert spoken["queue.position.2"] == "您前面还有两位客户在等候。"
    assert "queue.position" not in spoken


def test_without_a_company_the_wording_does_without_one() -> None:
    assert "{" not in "".join(catalogue.sentences("").values())
    assert catalogue.sentences("")["welcome.main"] == "您好,欢迎您的来电。"
    assert catalogue.sentences("远山")["welcome.main"] == "您好,这里是远山客户服务热线。"


def test_what_is_said_otherwise_is_a_sentence_of_the_catalogue() -> None:
    assert set(catalogue.otherwise().values()) <= catalogue.sentences("").keys()
