"""Name, clock, disk, limits and secrets of a machine."""

from pathlib import Path

import pytest

from ccbot.doctor import machine
from ccbot.doctor.finding import Finding, Level
from ccbot.doctor.load import Load, load
from ccbot.doctor.machine import Clock, Disk, HostName, OpenFiles, Secret

GIB = 1 << 30
HUNDRED = Load(calls=100, per_second=2, stated=True)


def levels(findings: list[Finding]) -> list[Level]:
    return [finding.level for finding in findings]


@pytest.mark.parametrize(
    ("resolves", "hidden", "expected"),
    [
        (True, False, Level.GOOD),
        (False, True, Level.WARNING),
        (False, False, Level.WRONG),
    ],
)
def test_a_name_that_does_not_resolve_costs_each_call_five_seconds(
    resolves: bool, hidden: bool, expected: Level
) -> None:
    found = machine.host_name(HostName(name="pbx", resolves=resolves, hidden=hidden))
    assert found.level is expected
    assert ("127.0.1.1 pbx" in found.mend) is not resolves


@pytest.mark.parametrize(
    ("free_bytes", "free_files", "expected"),
    [
        (20 * GIB, 1_000_000, Level.GOOD),
        (20 * GIB, None, Level.GOOD),
        (10 * GIB - 1, 1_000_000, Level.WARNING),
        (GIB - 1, 1_000_000, Level.WRONG),
        (20 * GIB, 99_999, Level.WARNING),
        (20 * GIB, 9_999, Level.WRONG),
    ],
)
def test_a_disk_has_to_have_room_in_bytes_and_in_files(
    free_bytes: int, free_files: int | None, expected: Level
) -> None:
    seen = Disk(place=Path("/var"), free_bytes=free_bytes, free_files=free_files)
    assert machine.disk(seen).level is expected


@pytest.mark.parametrize(
    ("synchronised", "apart_s", "expected"),
    [
        (True, 0.2, [Level.GOOD]),
        (True, None, [Level.GOOD]),
        (None, None, [Level.UNSEEN]),
        (False, -0.9, [Level.WARNING]),
        (False, 1.5, [Level.WRONG, Level.WARNING]),
    ],
)
def test_a_clock_is_kept_right_and_agrees_with_that_of_postgres(
    synchronised: bool | None, apart_s: float | None, expected: list[Level]
) -> None:
    found = [*machine.clock(Clock(synchronised=synchronised, apart_s=apart_s))]
    assert levels(found) == expected


def test_a_clock_that_is_off_is_said_to_be_ahead_or_behind() -> None:
    ahead = next(machine.clock(Clock(synchronised=True, apart_s=90.0)))
    behind = next(machine.clock(Clock(synchronised=True, apart_s=-2.0)))
    assert "90.0 s ahead" in ahead.says
    assert "2.0 s behind" in behind.says


def test_too_few_open_files_are_wrong_for_a_stated_load_and_else_a_warning() -> None:
    seen = OpenFiles(limit=512, whose="the running Asterisk")
    unstated = Load(calls=100, per_second=2, stated=False)
    assert machine.open_files(seen, HUNDRED).level is Level.WRONG
    assert machine.open_files(seen, unstated).level is Level.WARNING
    enough = OpenFiles(limit=HUNDRED.files, whose="the running Asterisk")
    assert machine.open_files(enough, HUNDRED).level is Level.GOOD


def test_secrets_that_others_can_read_are_named_with_what_mends_it() -> None:
    seen = [
        Secret(path=Path("/srv/secrets.json"), mode=0o644, reachable=True),
        Secret(path=Path("/srv/.env"), mode=0o602, reachable=True),
        Secret(path=Path("/srv/outbox.sqlite"), mode=0o640, reachable=True),
        Secret(path=Path("/root/ari.conf"), mode=0o644, reachable=False),
    ]
    read, written = machine.secrets(seen)
    assert (read.level, read.mend) == (Level.WRONG, "chmod 600 /srv/secrets.json")
    assert "written" in written.says


def test_many_open_secrets_are_counted_not_listed() -> None:
    seen = [Secret(path=Path(f"/srv/{n}"), mode=0o644, reachable=True) for n in range(40)]
    found = [*machine.secrets(seen)]
    assert len(found) == machine.FINDINGS_MAX + 1
    assert "35 more" in found[-1].says


def test_the_load_is_what_asterisk_lets_in_unless_it_is_stated() -> None:
    assert load(None, None, "[options]\nmaxcalls = 300\n") == Load(
        calls=300, per_second=5, stated=False
    )
    assert load(None, None, "") == Load(calls=2000, per_second=33.3, stated=False)
    assert load(50, 0, "maxcalls = 300") == Load(calls=50, per_second=0, stated=True)


def test_ended_calls_hold_their_ports_for_half_a_minute() -> None:
    assert HUNDRED.ports == 2 * (2 * 100 + 32 * 2)
