"""What all tests share."""

import pytest

pytest.register_assert_rewrite("tests.world", "tests.sim.sim_world", "tests.asterisk.real_world")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--slow`` runs the tests that take minutes, too."""
    parser.addoption("--slow", action="store_true", help="run the tests that take minutes, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the slow ones out, unless they were asked for."""
    if config.getoption("--slow"):
        return
    leave_out = pytest.mark.skip(reason="takes minutes: --slow runs it")
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(leave_out)
