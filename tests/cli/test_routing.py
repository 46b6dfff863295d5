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
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
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
        ('"2": tech', '"2": sales', "menus.main.keys.2: there is no group 'sales'"),
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
    path = document(home, "tech: {name: 技术支持,", "tech: {name: 技术支持, ring_s: 20,")
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


def test_every_fault_has_its_line_and_column(run_anywhere: Run, home: Path) -> None:
    path = document(home, "tries_max: 3", "tries: 3\n    wrong: 1")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"2": tech', '"2": sales'), encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()
    at = [
        next(n for n, one in enumerate(lines, 1) if word in one)
        for word in ("    keys:", "    tries:")
    ]
    column = lines[at[0] - 1].index('"2"') + 1
    done = run_anywhere("routing", "check", str(path))
    assert (done.status, done.out) == (2, "")
    said = done.err.removeprefix("ccbot: ").splitlines()
    assert [one.removeprefix(f"{path}:").split(": ")[0] for one in said] == [
        f"{at[0]}:{column}",
        f"{at[1]}:5",
        f"{at[1] + 1}:5",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [\n", ":2:1: no YAML"),
        ("a: 1\na: 2\n", ':2:1: no YAML: found duplicate key "a"'),
        ("a: !!python/object/apply:os.system [x]\n", "no YAML"),
        ("a: &a [*a]\n", "no YAML"),
        ("a: &a [1]\nb: &b [*a, *a, *a]\n" * 1, "there is no such field"),
        ("\x00", "no YAML"),
        ("a: 1\nb: [2026-02-30]\n", ":2:5: no YAML: '2026-02-30': day is out of range"),
        ('a: 1\nb: !!int ""\n', ":2:4: no YAML"),
        ("a: 1\nb: !!bool x\n", ":2:4: no YAML"),
        ('a: "x\\0y"\n', ":1:4: no YAML: has characters that cannot be printed"),
        ('a: "\\ud800"\n', ":1:4: no YAML: has characters that cannot be printed"),
        ('"\\ud800": a\n', ":1:1: no YAML: has characters that cannot be printed"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_place(
    run_anywhere: Run, home: Path, text: str, said: str
) -> None:
    path = home / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    done = run_anywhere("routing", "check", str(path))
    assert done.status == 2
    assert said in done.err


def test_aliases_that_multiply_are_refused(run_anywhere: Run, home: Path) -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    path = home / "mine.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert "more than 100000 values" in run_anywhere("routing", "check", str(path)).refused(2)


def test_words_of_yaml_1_1_are_words(run_anywhere: Run, home: Path) -> None:
    path = document(home, 'company: ""', "company: no\nemergency: {on: true}")
    assert run_anywhere("routing", "check", str(path)).status == 0
