"""How far what was understood lies from what was to be said: a share of the whole sentence."""

import re
from collections.abc import Sequence

from ccbot.speech import catalogue

_SAME_SYLLABLE = {"yao": "yi", "liang": "er"}
"""A number's one and two have two readings each; a recogniser writes digits for both."""
_SAME_WORDS = {
    "weight": "wait",
    "your": "youre",
    "apologise": "apologize",
    "centre": "center",
    "enquiries": "inquiries",
}
"""Words that sound the same, or are spelled in two ways."""


def of_syllables(meant: Sequence[str], understood: Sequence[str]) -> float:
    """Of toneless pinyin."""
    return _share(_syllables(meant), _syllables(understood))


def of_words(meant: str, understood: str) -> float:
    """Of English words, whatever their case and punctuation."""
    return _share(_words(meant), _words(understood))


def _syllables(pinyin: Sequence[str]) -> list[str]:
    return [_SAME_SYLLABLE.get(one, one) for one in pinyin if re.fullmatch(r"[a-zü]+", one)]


def _words(text: str) -> list[str]:
    spelled = re.sub(r"[0-9]+", lambda found: f" {_english(found[0])} ", text)
    plain = re.sub(r"[^a-z ]", "", spelled.lower().replace("-", " "))
    return [_SAME_WORDS.get(one, one) for one in plain.split()]


def _english(digits: str) -> str:
    if len(digits) <= 2:
        return catalogue.english_counted(int(digits))
    return " ".join(catalogue.english_counted(int(digit)) for digit in digits)


def _share(meant: Sequence[str], understood: Sequence[str]) -> float:
    """Levenshtein's distance, as a share of what was meant."""
    before = list(range(len(understood) + 1))
    for row, one in enumerate(meant, 1):
        now = [row]
        for column, other in enumerate(understood, 1):
            change = before[column - 1] + (one != other)
            now.append(min(change, before[column] + 1, now[-1] + 1))
        before = now
    return before[-1] / max(1, len(meant))
