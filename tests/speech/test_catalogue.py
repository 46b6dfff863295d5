"""The catalogue of prompts."""

import re

import pytest

from ccbot.speech import catalogue
from ccbot.speech.catalogue import ENGLISH


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


def test_english_says_every_sentence_too() -> None:
    assert catalogue.sentences("", ENGLISH).keys() == catalogue.sentences("").keys()


def test_english_names_the_company_where_mandarin_does() -> None:
    named = catalogue.company_sentences("Yuanshan", ENGLISH)

    assert named.keys() == catalogue.company_sentences("远山").keys()
    assert all("Yuanshan" in text for text in named.values())
    assert catalogue.company_sentences("", ENGLISH) == {}


def test_english_counts_know_the_singular() -> None:
    spoken = catalogue.sentences("", ENGLISH)

    assert spoken["queue.position.1"] == "There is one caller ahead of you."
    assert spoken["queue.position.12"] == "There are twelve callers ahead of you."
    assert spoken["queue.eta.1"] == "The estimated wait is about one minute."


def test_english_holds_no_digits_and_no_chinese() -> None:
    assert not re.search(r"[0-9\u3000-\uffef]", "".join(catalogue.sentences("", ENGLISH).values()))


def test_an_agent_is_announced_by_name_and_by_number() -> None:
    assert catalogue.greetings_of("1001", "王芳", "远山") == {
        "greeting.1001.name": "您好,欢迎致电远山,我是王芳,请问有什么可以帮助您的?",
        "greeting.1001.id": "您好,欢迎致电远山,工号幺零零幺为您服务,请问有什么可以帮助您的?",
    }
    assert catalogue.greetings_of("1001", "Anna", "", ENGLISH) == {
        "greeting.1001.name": "Hello, thank you for calling. This is Anna. How may I help you?",
        "greeting.1001.id": (
            "Hello, thank you for calling. This is agent one zero zero one. How may I help you?"
        ),
    }


def test_a_name_that_cannot_be_read_out_leaves_the_number() -> None:
    assert catalogue.greetings_of("1001", "王★", "").keys() == {"greeting.1001.id"}
