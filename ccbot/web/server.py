"""ccbot's own HTTP server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from ccbot.settings import Address

BODY_BYTES_MAX = 64 * 1024
CLOSE_S_MAX = 2.0
"""How long open requests may take when the server stops."""


@asynccontextmanager
async def serving(routes: list[web.RouteDef], bind: Address) -> AsyncIterator[None]:
    """Serve until the block ends; ``OSError`` if the address is taken."""
    application = web.Application(client_max_size=BODY_BYTES_MAX)
    application.add_routes(routes)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=CLOSE_S_MAX)
    await runner.setup()
    try:
        await web.TCPSite(runner, bind.host, bind.port).start()
        yield
    finally:
        await runner.cleanup()
