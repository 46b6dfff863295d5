"""One centre for all tests of this folder that a worker runs."""

from collections.abc import AsyncIterator, Generator, Iterator

import pytest
import pytest_asyncio

from ccbot.clock import SystemClock, SystemIds
from ccbot.store.outbox import open_outbox
from tests.asterisk.company import running_company
from tests.asterisk.guests import Guests
from tests.asterisk.hotline import Hotline, running_hotline
from tests.world import handled
from tests.world.routing import routing


@pytest.fixture(scope="session")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    """A running centre."""
    home = tmp_path_factory.mktemp("hotline")
    with open_outbox(home / "outbox.sqlite", SystemIds(SystemClock())) as outbox:
        outbox.save(handled.KEY, handled.remembered(SystemClock().now()))
    with running_company() as url, running_hotline(home, routing(url)) as centre:
        yield centre


_failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember a failure, so that the centre's own account of it can be told."""
    report = yield
    if report.failed:
        item.stash[_failed] = True
    return report


@pytest_asyncio.fixture
async def guests(hotline: Hotline, request: pytest.FixtureRequest) -> AsyncIterator[Guests]:
    """The phones of one test; afterwards nothing is left in Asterisk."""
    async with hotline.guests() as people:
        yield people
        if request.node.stash.get(_failed, False):
            print(await people.story())  # noqa: T201
