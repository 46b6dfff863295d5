"""What only looks wrong is told, and nothing else is."""

import copy
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from ccbot.core.looks import Around, looks
from ccbot.core.routing_document import RoutingDocument, read_document
from ccbot.speech import catalogue
from tests.core.story import routing

GOOD: dict[str, Any] = msgspec.to_builtins(routing())
PROMPTS = catalogue.sentences("")
AGENTS = {"1001": ("service", "tech", "marketing")}
USUAL = Around(
    agents=AGENTS,
    recorded=frozenset(PROMPTS),
    words=PROMPTS,
    now=datetime(2026, 3, 28, 12, tzinfo=UTC),
)


def document(**parts: Any) -> RoutingDocument:
    """The default document with these parts, each put into what is there."""
    values = copy.deepcopy(GOOD)
    for name, part in parts.items():
        if isinstance(part, dict):
            values[name] |= part
        else:
            values[name] = part
    read = read_document(values)
    assert read.document is not None, read.faults
    return read.document


def group(**changes: Any) -> dict[str, Any]:
    """The group ``service``, changed."""
    return {"service": GOOD["groups"]["service"] | changes}


def tech(**changes: Any) -> dict[str, Any]:
    """The group ``tech``, changed."""
    return {"tech": GOOD["groups"]["tech"] | changes}


def on_to(name: str) -> dict[str, Any]:
    return {"no_agents": {"then": "group", "group": name}}


def told(one: RoutingDocument, around: Around = USUAL) -> set[str]:
    return set(looks(one, around))


def test_nothing_looks_wrong_with_the_default_document() -> None:
    assert told(routing()) == set()


def test_without_any_agent_nobody_is_missed() -> None:
    assert told(routing(), msgspec.structs.replace(USUAL, agents={})) == set()


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"groups": {"vip": {"name": "x"}}}, "groups.vip: nobody serves it"),
        ({"groups": {"vip": {"name": "x"}}}, "groups.vip: nothing leads here"),
        ({"entries": {"x": {"group": "tech"}}}, "entries.x: no number leads here"),
        ({"menus": {"x": GOOD["menus"]["main"]}}, "menus.x: no entry uses it"),
        ({"hours": {"x": {"week": {}}}}, "hours.x: never opens"),
        ({"hours": {"x": {"week": {"mon": ["09:00-18:00"]}}}}, "hours.x: no entry and no group"),
        ({"groups": group(keys_prompt="x.y")}, "groups.service.keys_prompt: nothing is"),
        ({"emergency": {"say": "x.y"}}, "emergency.say: nothing is recorded as 'x.y'"),
        (
            {"menus": {"main": GOOD["menus"]["main"] | {"keys": {"4": "tech"}}}},
            "menus.main.keys.4: the words of 'menu.main' do not name this key",
        ),
        (
            {"menus": {"main": GOOD["menus"]["main"] | {"keys": {"4": "tech"}}}},
            "menus.main.keys: the words of 'menu.main' name key 1, which does nothing here",
        ),
        (
            {"groups": group(overflow=on_to("tech")) | tech(overflow=on_to("service"))},
            "groups.service.overflow: a circle, service → tech → service",
        ),
        ({"groups": group(members={"1009": {}})}, "groups.service.members.1009: no agent 1009"),
        ({"agents": {"1009": {}}}, "agents.1009: there is no agent 1009"),
        (
            {
                "groups": group(skills={"requires": {"en": 3}}),
                "agents": {"1001": {"skills": {"en": 2}}},
            },
            "groups.service.skills.requires.en: none of its agents has 3 of it",
        ),
        (
            {"customers": {"vip": ["13800138000"], "blocked": ["13800138000"]}},
            "customers.vip: 13800138000 is blocked, too",
        ),
    ],
)
def test_what_looks_wrong_is_told(parts: dict[str, Any], said: str) -> None:
    assert any(said in one for one in told(document(**parts))), told(document(**parts))


def test_a_recording_of_ones_own_may_name_any_key() -> None:
    other = document(menus={"main": GOOD["menus"]["main"] | {"keys": {"4": "tech"}}})
    assert not any(" name " in one for one in told(other, msgspec.structs.replace(USUAL, words={})))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            {"skills": {"relax": [{"after_s": 20}, {"after_s": 20}]}},
            "groups.service.skills.relax.1.after_s: 20 is not after 20",
        ),
        ({"keys": {"2": {"do": "group"}}}, "groups.service.keys.2: `do: group` needs a group"),
        (
            {"keys": {"2": {"do": "group", "group": "x"}}},
            "groups.service.keys.2.group: there is no",
        ),
        ({"keys": {"2": {"do": "group", "group": "service"}}}, "she waits for 'service' already"),
        ({"keys": {"2": {"do": "voicemail", "group": "tech"}}}, "a group needs `do: group`"),
    ],
)
def test_what_makes_no_sense_in_a_group_is_a_fault(parts: dict[str, Any], said: str) -> None:
    [fault] = read_document(GOOD | {"groups": GOOD["groups"] | group(**parts)}).faults
    assert said in fault
