"""What all tests share."""

from pathlib import Path

import pytest
from hypothesis import settings

pytest.register_assert_rewrite(
    "tests.world",
    "tests.sim.parties",
    "tests.sim.planted",
    "tests.sim.planted_calls",
    "tests.sim.sim_world",
    "tests.asterisk.real_world",
)


REAL_TIME = {"asterisk", "embedded", "faults"}
"""Folders whose tests run against real servers in real time."""

TURNS_MAX = 2
"""Such a test gets so many more turns: a machine that stands still for seconds fails it, too.

The summary names each (RERUN); one that fails every turn fails.
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--slow`` runs what takes minutes, ``--days`` more days, ``--explore`` new examples.

    ``--seed`` lets the telephones' chance be another one.
    """
    parser.addoption("--explore", action="store_true", help="try new examples of properties")
    parser.addoption("--slow", action="store_true", help="run the tests that take minutes, too")
    parser.addoption("--seed", type=int, metavar="N", help="of calls by chance on real telephones")
    parser.addoption(
        "--days",
        type=int,
        default=6,
        metavar="N",
        help="simulate so many days of each kind; the seeds are 1 to N (default: 6)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """The same examples each time, so that a change alone makes a test fail."""
    settings.register_profile("kept", derandomize=True, database=None)
    settings.register_profile("explore")
    settings.load_profile("explore" if config.getoption("--explore") else "kept")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark those in real time; leave the slow ones out, unless they were asked for."""
    for item in items:
        if Path(item.path).parent.name in REAL_TIME:
            item.add_marker(pytest.mark.real_time)
            item.add_marker(pytest.mark.flaky(reruns=TURNS_MAX))
    if config.getoption("--slow"):
        return
    leave_out = pytest.mark.skip(reason="takes minutes: --slow runs it")
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(leave_out)
