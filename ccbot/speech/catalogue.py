"""The catalogue: every prompt's id and its words, in Mandarin and in English."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

import msgspec

from ccbot.speech.prompt_files import MANDARIN

ENGLISH: Final = "en"
LANGUAGES: Final = (MANDARIN, ENGLISH)

DIGITS = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
"""A number that is read digit by digit, as a 工号 is: one is 幺."""
_ENGLISH = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)

GREETINGS: Final = {
    (MANDARIN, "name"): "您好,欢迎致电{company},我是{name},请问有什么可以帮助您的?",
    (MANDARIN, "id"): "您好,欢迎致电{company},工号{digits}为您服务,请问有什么可以帮助您的?",
    (ENGLISH, "name"): "Hello, thank you for calling{company}. This is {name}. How may I help you?",
    (ENGLISH, "id"): (
        "Hello, thank you for calling{company}. This is agent {digits}. How may I help you?"
    ),
}
"""The standard greeting in an agent's name (制度 1-8.1, 2-10.1): by name, and by 工号."""


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One prompt's words."""

    text: str
    plain: str | None = None
    """The words when no company is named."""
    one: str | None = None
    """The words when the count is one, where a language has a singular."""
    otherwise: str | None = None
    """The neutral sentence that is said where this one was not recorded."""
    numbers: tuple[int, int] | None = None
    """The first and the last count; there is one sentence for each."""
    to: Literal["customer", "agent"] = "customer"
    """Who hears it."""

    def words(self, company: str, count: int = 0, language: str = MANDARIN) -> str:
        """What is spoken."""
        text = self.text if company or self.plain is None else self.plain
        if count == 1 and self.one is not None:
            text = self.one
        return text.format(company=company, n=_COUNTED[language](count))

    @property
    def names_company(self) -> bool:
        """Whether the company's name is part of it."""
        return "{company}" in self.text


def load(language: str = MANDARIN) -> Mapping[str, Wording]:
    """Every prompt of the catalogue by its id; in English those that have English words."""
    mandarin = _read(MANDARIN)
    if language == MANDARIN:
        return mandarin
    return {
        prompt: msgspec.structs.replace(
            mandarin[prompt], text=wording.text, plain=wording.plain, one=wording.one
        )
        for prompt, wording in _read(language).items()
    }


@cache
def _read(language: str) -> Mapping[str, Wording]:
    file = Path(__file__).with_name(f"prompts.{language}.yaml")
    return msgspec.yaml.decode(file.read_bytes(), type=dict[str, Wording])


def sentences(company: str, language: str = MANDARIN) -> dict[str, str]:
    """Every sentence that can be recorded: its id → its words."""
    return _sentences(load(language), company, language)


def company_sentences(company: str, language: str = MANDARIN) -> dict[str, str]:
    """The sentences that name the company; none if no company is named."""
    named = {prompt: one for prompt, one in load(language).items() if one.names_company}
    return _sentences(named, company, language) if company else {}


def _sentences(prompts: Mapping[str, Wording], company: str, language: str) -> dict[str, str]:
    spoken: dict[str, str] = {}
    for prompt, wording in prompts.items():
        if wording.numbers is None:
            spoken[prompt] = wording.words(company, language=language)
            continue
        first, last = wording.numbers
        for count in range(first, last + 1):
            spoken[f"{prompt}.{count}"] = wording.words(company, count, language)
    return spoken


def counted(count: int) -> str:
    """A count from 1 to 99 as it is read before a measure word: two is 两, but 十二 and 二十二."""
    units = "零一二三四五六七八九"
    if count == 2:
        return "两"
    tens, unit = divmod(count, 10)
    ten = "" if tens == 0 else "十" if tens == 1 else f"{units[tens]}十"
    return ten + (units[unit] if unit or not tens else "")


def english_counted(count: int) -> str:
    """A count in English words up to twenty, in digits above."""
    return _ENGLISH[count] if count < len(_ENGLISH) else str(count)


_COUNTED: Final = {MANDARIN: counted, ENGLISH: english_counted}


def otherwise() -> Mapping[str, str]:
    """Prompt id, or the beginning of ids such as ``greeting`` → what is said in its place."""
    named = {prompt: one.otherwise for prompt, one in load().items() if one.otherwise is not None}
    return {"greeting": "greet.neutral", **named}


def greetings_of(number: str, name: str, company: str, language: str = MANDARIN) -> dict[str, str]:
    """The greetings of one agent, each one whole sentence: by 工号, and by name if it can be read.

    The ids are ``greeting.1001.id`` and ``greeting.1001.name``.
    """
    if language == ENGLISH:
        digits = " ".join(_ENGLISH[int(digit)] for digit in number)
        company = f" {company}" if company else ""
    else:
        digits = "".join(DIGITS[digit] for digit in number)
    kinds = ("id", "name") if speakable(name) else ("id",)
    return {
        f"greeting.{number}.{kind}": GREETINGS[language, kind].format(
            company=company, digits=digits, name=name
        )
        for kind in kinds
    }


def speakable(name: str) -> bool:
    """Whether a name can be read out: letters, digits and spaces of any script."""
    return all(unicodedata.category(sign)[0] in "LNZ" for sign in name)
