"""One centre with faulty lines for all tests of this folder that a worker runs."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.faults.centre import Apart, running_apart


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def apart(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Apart]:
    """A running centre that every test leaves whole."""
    async with running_apart(tmp_path_factory.mktemp("apart")) as centre:
        yield centre
