"""What is allowed in a routing document and only looks wrong, seen with what is around it.

A look refuses nothing; each is one line: place, what looks wrong, how to mend it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from ccbot.core.reception_looks import reception_looks
from ccbot.core.routing_document import RoutingDocument, what_looks_wrong
from ccbot.core.routing_document.prompts import prompts_of
from ccbot.core.routing_document.reception_faults import destinations
from ccbot.core.routing_document.recording_faults import recording_looks

_SAID = {
    **{
        digit: f"按{word}" for digit, word in zip("0123456789", "零一二三四五六七八九", strict=True)
    },
    "*": "星号",
    "#": "井号",
}
"""How a sentence of the house names a key."""


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What is known beside the document; None: not known, and nothing is said of it."""

    agents: Mapping[str, tuple[str, ...]] | None = None
    """Agents' numbers → their groups."""
    recorded: frozenset[str] | None = None
    """The prompts that can be heard."""
    words: Mapping[str, str] = {}
    """What the house's own prompts say; a recording of the company's own may say anything."""
    now: datetime


def looks(document: RoutingDocument, around: Around) -> Iterator[str]:
    """Everything that looks wrong."""
    yield from what_looks_wrong(document)
    yield from _deserted(document)
    yield from _idle_hours(document)
    yield from reception_looks(document, around.now)
    yield from recording_looks(document)
    yield from _prompts(document, around)
    yield from _keys_and_words(document, around)
    if around.agents:
        yield from _agents(document, around.agents)
    for number in document.customers.vip:
        if number in document.customers.blocked:
            yield f"customers.vip: {number} is blocked, too; blocked callers are not served"


def _deserted(document: RoutingDocument) -> Iterator[str]:
    """What nothing leads to."""
    entries = {document.default_entry, *document.numbers.values()}
    for key in document.entries.keys() - entries:
        yield f"entries.{key}: no number leads here: add one to `numbers`, or remove it"
    menus = {entry.menu for entry in document.entries.values()}
    for key in document.menus.keys() - menus:
        yield f"menus.{key}: no entry uses it"
    groups = {entry.group for entry in document.entries.values()}
    groups |= {choice.group for one in document.groups.values() for choice in one.keys.values()}
    groups |= {way.group for _, way in destinations(document)}
    for menu in document.menus.values():
        groups |= {menu.default_group, *menu.keys.values()}
    for key in [key for key in document.groups if key not in groups]:
        yield f"groups.{key}: nothing leads here: no key, no entry, no overflow"


def _idle_hours(document: RoutingDocument) -> Iterator[str]:
    used = {one.hours for one in document.entries.values()}
    used |= {one.hours for one in document.groups.values()} | {document.callback.hours}
    for key in document.hours.keys() - used:
        yield f"hours.{key}: no entry and no group has these hours"


def _prompts(document: RoutingDocument, around: Around) -> Iterator[str]:
    if around.recorded is None:
        return
    for place, prompt in prompts_of(document):
        if prompt not in around.recorded:
            yield (
                f"{place}: nothing is recorded as {prompt!r}: `prompts list` shows what is,"
                " `prompts set` takes a recording"
            )


def _keys_and_words(document: RoutingDocument, around: Around) -> Iterator[str]:
    """Keys of which callers are not told, or told in vain, as far as the words are known."""
    for place, prompt, keys in _asked(document):
        words = around.words.get(prompt)
        if words is None or not keys:
            continue
        for key, said in _SAID.items():
            if key in keys and said not in words:
                yield (
                    f"{place}.{key}: the words of {prompt!r} do not name this key: record your"
                    f" own (`prompts set {prompt} FILE`)"
                )
            elif key not in keys and said in words:
                yield f"{place}: the words of {prompt!r} name key {key}, which does nothing here"


def _asked(document: RoutingDocument) -> Iterator[tuple[str, str, set[str]]]:
    """Wherever keys are asked for: place, prompt, and the keys that do something."""
    for key, menu in document.menus.items():
        more = {one for one in (menu.operator_key, menu.repeat_key) if one is not None}
        yield f"menus.{key}.keys", menu.prompt, {*menu.keys} | more
    for key, group in document.groups.items():
        yield f"groups.{key}.keys", group.keys_prompt, {*group.keys}
    for key, entry in document.entries.items():
        yield f"entries.{key}.closed_keys", entry.closed_keys_prompt, {*entry.closed_keys}


def _agents(document: RoutingDocument, agents: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for key, group in document.groups.items():
        own = {number for number, groups in agents.items() if key in groups}
        if not own:
            yield f"groups.{key}: nobody serves it: `agent add NUMBER --name … --group {key}`"
        for number in group.members.keys() - own:
            yield f"groups.{key}.members.{number}: no agent {number} is of this group"
        if own:
            yield from _skills(document, key, own)
    for number in document.agents.keys() - agents.keys():
        yield f"agents.{number}: there is no agent {number}"


def _skills(document: RoutingDocument, key: str, own: set[str]) -> Iterator[str]:
    for skill, level in document.groups[key].skills.requires.items():
        levels = (document.agents[one].skills.get(skill, 0) for one in own & document.agents.keys())
        if max(levels, default=0) < level:
            yield (
                f"groups.{key}.skills.requires.{skill}: none of its agents has {level} of it:"
                " give it to one under `agents`"
            )
