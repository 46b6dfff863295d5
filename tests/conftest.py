"""What all tests share."""

import pytest

pytest.register_assert_rewrite("tests.world", "tests.sim.sim_world", "tests.asterisk.real_world")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--slow`` runs the tests that take minutes, too; ``--days`` simulates more of them."""
    parser.addoption("--slow", action="store_true", help="run the tests that take minutes, too")
    parser.addoption(
        "--days",
        type=int,
        default=8,
        metavar="N",
        help="simulate so many days of each kind; the seeds are 1 to N (default: 8)",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the slow ones out, unless they were asked for."""
    if config.getoption("--slow"):
        return
    leave_out = pytest.mark.skip(reason="takes minutes: --slow runs it")
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(leave_out)
