"""Every fault of a document is told at once, with what would be right."""

import copy
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccbot.core import facts as f
from ccbot.core.looks import looks
from ccbot.core.routing_document import changes, faults, read_document, schema
from tests.core.story import Story, routing
from tests.core.test_looks import USUAL

GOOD: dict[str, Any] = msgspec.to_builtins(routing())


def changed(place: str, value: Any) -> dict[str, Any]:
    """The default document with this value at this place."""
    values = copy.deepcopy(GOOD)
    *way, last = place.split(".")
    part = values
    for word in way:
        part = part[word]
    part[last] = value
    return values


def test_the_default_document_is_read_as_msgspec_reads_it() -> None:
    read = read_document(GOOD)
    assert (read.faults, read.document) == ([], routing())


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("menus.main.wait_s", "soon", '"soon" cannot stand here; it must be a number above 0'),
        ("menus.main.tries_max", 0, "0 cannot stand here; it must be a whole number of 1 to 10"),
        ("menus.main.tries_max", True, "true cannot stand here; it must be a whole number"),
        ("menus.main.operator_key", 0, "0 cannot stand here; it must be one key"),
        ("menus.main.tries", 3, "there is no such field; did you mean 'tries_max'?"),
        ("menus.main.zzz", 3, "there is no such field; there are prompt, keys"),
        ("groups.service.strategy", "best", "it must be one of longest_idle, fewest_calls"),
        ("groups.service.keys", {1: {"do": "callback"}}, 'write it with quotes: "1"'),
        ("groups.Vip", {"name": "x"}, "it must be a name of small letters"),
        ("groups.vip", {}, "the field 'name' is missing; it must be a text"),
        ("groups.vip", None, "null cannot stand here; it must be a mapping with name"),
        ("company", 12, "12 cannot stand here; it must be a text"),
        ("menus.main.keys", dict.fromkeys("123456", "tech"), "it must be a mapping of one key"),
        ("entries.main.prompts", "bye", "it must be a list, each a prompt's id"),
        ("hours.work", {"week": {"mon-fri": ["9-18"]}}, 'such as "09:00-18:00"'),
    ],
)
def test_what_cannot_stand_somewhere_is_told_with_what_can(
    place: str, value: Any, said: str
) -> None:
    read = read_document(changed(place, value))
    assert read.document is None
    [fault] = read.faults
    assert fault.startswith(f"{place}")
    assert said in fault


def test_faults_of_types_and_between_parts_are_told_together() -> None:
    values = changed("menus.main.keys.2", "sales")
    values["groups"]["service"]["ring_s"] = 1
    values["default_entry"] = "nowhere"
    places = {one.partition(": ")[0] for one in read_document(values).faults}
    assert places == {"menus.main.keys.2", "groups.service.ring_s", "default_entry"}


def test_what_only_follows_from_another_fault_is_not_told() -> None:
    values = changed("groups.tech", {"ring_s": 20})
    [fault] = read_document(values).faults
    assert fault.startswith("groups.tech: the field 'name' is missing")


@pytest.mark.parametrize("values", [None, [], "x", 7, {1: 2}, {None: None}])
def test_anything_at_all_is_refused_in_words(values: Any) -> None:
    read = read_document(values)
    assert read.document is None
    assert all(": " in one for one in read.faults)
    assert read.faults


def test_a_stored_document_of_another_version_is_read_without_what_is_unknown() -> None:
    stored = msgspec.json.encode(changed("groups.service.of_tomorrow", 1))
    document = type(routing())
    assert msgspec.json.decode(stored, type=document) == routing()


def test_the_schema_allows_no_unknown_names() -> None:
    parts = schema()["$defs"].values()
    assert all(one["additionalProperties"] is False for one in parts if "properties" in one)


# ---- any change at all ------------------------------------------------------------------------

names = st.sampled_from(["service", "tech", "vip", "main", "x", "1", "2", "9", "satisfaction"])
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 100_000),
    st.floats(-1, 1e6),
    names,
    st.text(max_size=5),
)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
)


def places(values: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a tree."""
    inside = values.items() if isinstance(values, dict) else ()
    return [at, *(place for key, one in inside for place in places(one, (*at, key)))]


@st.composite
def mutations(draw: st.DrawFn) -> dict[str, Any]:
    """The default document, changed at up to three places: replaced, removed, or added to."""
    values = copy.deepcopy(GOOD)
    for _ in range(draw(st.integers(1, 3))):
        [*way, last] = draw(st.sampled_from([one for one in places(values) if one]))
        part = values
        for word in way:
            part = part[word]
        match draw(st.sampled_from(["replace", "remove", "add"])):
            case "replace":
                part[last] = draw(anything)
            case "remove":
                del part[last]
            case _:
                part[draw(names)] = draw(anything)
    return values


@given(mutations())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_change_is_refused_in_words_or_goes_live(values: dict[str, Any]) -> None:
    read = read_document(values)
    if read.document is None:
        assert read.faults
        assert all("\n" not in one for one in read.faults)
        return
    assert list(faults(read.document)) == []
    assert read.document == msgspec.convert(values, type(read.document))
    story = Story()
    story.agent("1001")
    story.caller("first")
    story.caller("second", "tech")
    list(looks(read.document, USUAL))
    differences = list(changes(routing(), read.document))
    went = story.post(f.RoutingPublished(version=1, document=read.document))
    assert went
    assert (differences == []) == (read.document == routing())
    story.caller("third", next(iter(read.document.groups)))
    story.wait(2_000)
    assert all(
        call.group in read.document.groups or call.offers
        for call in story.floor.calls.values()
        if call.stage == "waiting"
    )
