"""The routing document is shown and checked; what is wrong with it is said with its place."""

from pathlib import Path

import pytest

from ccbot.core import routing_document
from ccbot.core.routing_document import looks
from ccbot.store.routing_file import DEFAULT
from tests.cli.conftest import Run


def document(home: Path, old: str, new: str) -> Path:
    """The default document with a piece of its text replaced."""
    text = DEFAULT.read_text(encoding="utf-8")
    assert old in text
    path = home / "mine.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_the_default_document_is_shown_and_valid(run_anywhere: Run) -> None:
    assert run_anywhere("routing", "show").out == DEFAULT.read_text(encoding="utf-8")
    assert "service, tech, marketing" in run_anywhere("routing", "check").out


def test_the_schema_names_every_part(run_anywhere: Run) -> None:
    schema = run_anywhere("routing", "schema").json
    assert {"RoutingDocument", "Group", "Menu", "Entry"} <= set(schema["$defs"])  # type: ignore[index]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"2": tech', '"2": sales', "menus.main.2: there is no group 'sales'"),
        ("menu: main", "menu: other", "entries.main.menu: there is no menu 'other'"),
        ("default_entry: main", "default_entry: x", "default_entry: there is no entry 'x'"),
        ('operator_key: "0"', 'operator_key: "1"', "key 1 has a group already"),
        ("wait_s: 5", "wait_s: soon", "wait_s"),
        ("tries_max: 3", "tries: 3", "tries"),
        ("menus:", "menus: [", "no YAML"),
    ],
)
def test_a_fault_is_one_line_with_its_place(
    run_anywhere: Run, home: Path, old: str, new: str, said: str
) -> None:
    path = document(home, old, new)
    line = run_anywhere("routing", "check", str(path)).refused(2)
    assert str(path) in line
    assert said in line


def test_a_file_that_is_not_there_is_one_line(run_anywhere: Run, home: Path) -> None:
    assert "cannot be read" in run_anywhere("routing", "check", str(home / "no.yaml")).refused(2)


def test_an_agent_can_be_of_any_group_of_the_document(run: Run, home: Path) -> None:
    text = DEFAULT.read_text(encoding="utf-8")
    fourth = text.replace("groups:\n", "groups:\n  vip: {name: 贵宾}\n", 1)
    (home / "routing.yaml").write_text(fourth, encoding="utf-8")
    words = ("agent", "add", "1002", "--name", "李雷", "--group")
    assert "vip, service" in run(*words, "sales").refused(2)
    assert run(*words, "vip").status == 0


def test_a_field_that_nothing_carries_out_yet_is_told_and_refuses_nothing(
    run_anywhere: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "NOT_CARRIED_OUT", ("company", "groups.*.ring_s"))
    path = document(home, "tech: {name: 技术支持}", "tech: {name: 技术支持, ring_s: 20}")
    done = run_anywhere("routing", "check", str(path))
    assert done.status == 0
    assert "groups.tech.ring_s: not carried out yet" in done.out
    assert "company" not in done.out


def test_every_field_that_nothing_carries_out_is_a_field() -> None:
    schema = routing_document.schema()["$defs"]
    parts = {"entries": "Entry", "groups": "Group", "customers": "Customers"}
    parts["voicemail"] = "Voicemail"
    for place in looks.NOT_CARRIED_OUT:
        of, _, field = place.replace(".*.", ".").rpartition(".")
        assert field in schema[parts.get(of, "RoutingDocument")]["properties"], place
