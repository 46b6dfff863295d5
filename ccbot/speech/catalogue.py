"""The catalogue: every prompt's id and its words."""

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

DIGITS = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
"""A number that is read digit by digit, as a 工号 is: one is 幺."""

GREETING = "您好,欢迎致电{company},工号{digits}为您服务。"
"""The standard greeting in an agent's name (制度 1-8.1, 2-10.1)."""

_FILE = Path(__file__).with_name("prompts.zh.yaml")


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One prompt's words."""

    text: str
    plain: str | None = None
    """The words when no company is named."""
    otherwise: str | None = None
    """The neutral sentence that is said where this one was not recorded."""
    numbers: tuple[int, int] | None = None
    """The first and the last count; there is one sentence for each."""
    to: Literal["customer", "agent"] = "customer"
    """Who hears it."""

    def words(self, company: str, count: int = 0) -> str:
        """What is spoken."""
        text = self.text if company or self.plain is None else self.plain
        return text.format(company=company, n=counted(count))

    @property
    def names_company(self) -> bool:
        """Whether the company's name is part of it."""
        return "{company}" in self.text


def load() -> Mapping[str, Wording]:
    """Every prompt of the catalogue by its id."""
    return msgspec.yaml.decode(_FILE.read_bytes(), type=dict[str, Wording])


def sentences(company: str) -> dict[str, str]:
    """Every sentence that can be recorded: its id → its words."""
    spoken: dict[str, str] = {}
    for prompt, wording in load().items():
        if wording.numbers is None:
            spoken[prompt] = wording.words(company)
            continue
        first, last = wording.numbers
        for count in range(first, last + 1):
            spoken[f"{prompt}.{count}"] = wording.words(company, count)
    return spoken


def counted(count: int) -> str:
    """A count from 1 to 99 as it is read before a measure word: two is 两, but 十二 and 二十二."""
    units = "零一二三四五六七八九"
    if count == 2:
        return "两"
    tens, unit = divmod(count, 10)
    ten = "" if tens == 0 else "十" if tens == 1 else f"{units[tens]}十"
    return ten + (units[unit] if unit or not tens else "")


def otherwise() -> Mapping[str, str]:
    """Prompt id, or the beginning of ids such as ``greeting`` → what is said in its place."""
    named = {prompt: one.otherwise for prompt, one in load().items() if one.otherwise is not None}
    return {"greeting": "greet.neutral", **named}


def greeting_of(number: str, company: str) -> str:
    """The greeting of one agent, as one whole sentence."""
    digits = "".join(DIGITS[digit] for digit in number)
    return GREETING.format(company=company, digits=digits)


def speakable(name: str) -> bool:
    """Whether a name can be read out: letters, digits and spaces of any script."""
    return all(unicodedata.category(sign)[0] in "LNZ" for sign in name)
