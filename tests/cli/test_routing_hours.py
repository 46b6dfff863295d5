"""``routing hours`` says of any moment whether somebody answers."""

from pathlib import Path

import pytest

from ccbot.store.routing_file import DEFAULT
from tests.cli.conftest import Run

HOURS = """
hours:
  office: {week: {mon-fri: ["09:00-18:00"]}}
  party: {week: {mon-sun: ["00:00-24:00"]}, exceptions: [{day: 2026-10-01, until: 2030-01-01}]}
"""


@pytest.fixture
def path(home: Path) -> Path:
    written = home / "mine.yaml"
    written.write_text(DEFAULT.read_text(encoding="utf-8") + HOURS, encoding="utf-8")
    return written


def test_a_holiday_is_told_with_the_next_opening(run_anywhere: Run, path: Path) -> None:
    done = run_anywhere("routing", "hours", str(path), "--at", "2026-10-01T10:00")
    head, office, party = done.out.splitlines()

    assert "2026-10-01 10:00 Asia/Shanghai" in head
    assert "closed: public holiday" in office
    assert office.endswith("2026-10-08 09:00")
    assert "closed: exception" in party
    assert party.endswith("not in a year")


def test_open_hours_are_open(run_anywhere: Run, path: Path) -> None:
    args = ("routing", "hours", str(path), "--at", "2026-09-30T01:00Z", "--json")
    told = run_anywhere(*args).json

    assert isinstance(told, list)
    assert [(one["hours"], one["open"], one["why_not"]) for one in told] == [
        ("office", True, None),
        ("party", True, None),
    ]
    assert told[0]["opens_at"] == told[0]["at"]


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        ("tomorrow", "write a moment such as 2026-10-01T10:00"),
        ("0001-01-01", "must lie in the years 1970 to 2999"),
        ("9999-12-31", "must lie in the years 1970 to 2999"),
    ],
)
def test_a_moment_that_is_none_is_one_line(
    run_anywhere: Run, path: Path, moment: str, says: str
) -> None:
    line = run_anywhere("routing", "hours", str(path), "--at", moment).refused(2)

    assert f"--at {moment}: {says}" in line


def test_without_hours_it_is_always_open(run_anywhere: Run) -> None:
    assert "always open" in run_anywhere("routing", "hours", str(DEFAULT)).out
