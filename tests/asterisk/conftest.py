"""One centre for all tests of this folder that a worker runs."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.asterisk.hotline import Guests, Hotline, running_hotline


@pytest.fixture(scope="session")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    """A running centre."""
    with running_hotline(tmp_path_factory.mktemp("hotline")) as centre:
        yield centre


@pytest_asyncio.fixture
async def guests(hotline: Hotline) -> AsyncIterator[Guests]:
    """The phones of one test; afterwards nothing is left in Asterisk."""
    async with hotline.guests() as people:
        yield people
