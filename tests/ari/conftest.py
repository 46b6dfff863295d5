"""A stand-in for Asterisk's web server, and the declarations of an installed Asterisk."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.ari.server import Server, serving
from tests.phone.asterisk import root


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A stand-in of its own for each test."""
    async with serving() as server:
        yield server


@pytest.fixture(scope="session")
def asterisk_root() -> Path:
    """A Debian root with Asterisk in it."""
    found = root()
    if found is None:
        pytest.skip("no Asterisk here: run script/setup, or name CCBOT_TEST_ASTERISK_ROOT")
    return found


@pytest.fixture(scope="session")
def rest_api() -> Path:
    """The rest-api declarations of the installed Asterisk."""
    named = os.environ.get("CCBOT_TEST_REST_API")
    places = [Path(named)] if named else []
    if (found := root()) is not None:
        places.append(found / "usr/share/asterisk/rest-api")
    places.append(Path("/usr/share/asterisk/rest-api"))
    for place in places:
        if (place / "resources.json").exists():
            return place
    pytest.skip("no Asterisk here: run script/setup, or name CCBOT_TEST_REST_API")
