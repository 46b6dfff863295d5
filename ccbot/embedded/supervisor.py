"""The whole centre in the foreground: starts everything, starts again what dies, stops it all."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import msgspec

from ccbot.embedded.asterisk import running_asterisk
from ccbot.embedded.keyring import read_or_make_secrets, write_private
from ccbot.embedded.migrate import migrate
from ccbot.embedded.postgres import running_postgres
from ccbot.embedded.process import StartFault, server, until_ready
from ccbot.settings import PROJECT, Settings

SERVE_READY_S_MAX = 30.0
BACK_OFF_S_MIN, BACK_OFF_S_MAX = 0.2, 5.0
"""Waits before what died is started again; each is doubled."""

WELL_S = 30.0
"""Whoever ran that long is started again without much ado."""


class CentreFile(msgspec.Struct, frozen=True, kw_only=True):
    """``run/centre.json``: where the parts of a running centre are."""

    ari_url: str
    database_url: str
    web_url: str
    sip_address: str
    pid: int


def supervise(settings: Settings) -> int:
    """Run the centre until SIGINT or SIGTERM; the exit status."""
    try:
        check_ports(settings)
        return asyncio.run(_until_stopped(settings))
    except StartFault as fault:
        print(f"ccbot up: {fault}", file=sys.stderr)
        return 1


def check_ports(settings: Settings) -> None:
    """``StartFault`` if an address that we need is taken."""
    wanted = [(settings.web_bind, socket.SOCK_STREAM, "CCBOT_WEB_BIND")]
    if not settings.ari_url:
        wanted.append((settings.sip_bind, socket.SOCK_DGRAM, "CCBOT_SIP_BIND"))
    for address, kind, variable in wanted:
        with socket.socket(type=kind) as probe:
            if kind is socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address.host, address.port))
            except OSError as problem:
                raise StartFault(
                    f"{address} cannot be used ({problem.strerror}): end what uses it, "
                    f"or set {variable} to another address"
                ) from None


async def _until_stopped(settings: Settings) -> int:
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    async with asyncio.TaskGroup() as tasks:
        centre = tasks.create_task(_keep_running(settings), name="centre")
        stopping = tasks.create_task(told.wait(), name="signal")
        centre.add_done_callback(lambda _: told.set())
        await stopping
        if centre.done():
            await centre
        else:
            print("stopping …", flush=True)
            centre.cancel()
            with suppress(asyncio.CancelledError):
                await centre
    return 0


async def _keep_running(settings: Settings) -> None:
    """Postgres under Asterisk under ccbot; when one dies, it and what stands on it start again."""
    async with AsyncExitStack() as stack:
        database_url = settings.database_url
        if not database_url:
            _say("Postgres …")
            database_url = await stack.enter_async_context(running_postgres(settings.home))
        _say("database schema …")
        await migrate(database_url)
        await _again_and_again("Asterisk", lambda: _with_asterisk(settings, database_url))


async def _with_asterisk(settings: Settings, database_url: str) -> None:
    if settings.ari_url:
        await _again_and_again("ccbot", lambda: _serve(settings, settings.ari_url, database_url))
        return
    _say("Asterisk …")
    async with running_asterisk(settings) as ari_url:
        await _again_and_again("ccbot", lambda: _serve(settings, ari_url, database_url))


async def _again_and_again(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run it for ever; a fault at the very first start is final."""
    wait, first = BACK_OFF_S_MIN, True
    while True:
        started = time.monotonic()
        try:
            await run()
        except StartFault as fault:
            if first:
                raise
            _say(f"{name}: {fault}")
        ran = time.monotonic() - started
        first = False
        wait = BACK_OFF_S_MIN if ran > WELL_S else min(wait * 2, BACK_OFF_S_MAX)
        _say(f"{name} ended after {ran:.0f} s; starting it again in {wait:.1f} s")
        await asyncio.sleep(wait)


async def _serve(settings: Settings, ari_url: str, database_url: str) -> None:
    """One run of ``ccbot serve``, until it ends."""
    _say("ccbot …")
    environment = {
        **os.environ,
        "CCBOT_HOME": str(settings.home),
        "CCBOT_ARI_URL": ari_url,
        "CCBOT_DATABASE_URL": database_url,
    }
    log = settings.home / "log" / "ccbot.log"
    argv = ["setpriv", "--pdeathsig", "TERM", "--", sys.executable, "-m", "ccbot", "serve"]
    async with (
        _centre_file(settings, ari_url, database_url),
        server(argv, log=log, environment=environment) as process,
    ):

        async def answers() -> bool:
            return await _is_ready(settings)

        await until_ready(process, answers, name="ccbot", within_s=SERVE_READY_S_MAX, log=log)
        _say_how_to_call(settings, log)
        await process.wait()


@asynccontextmanager
async def _centre_file(settings: Settings, ari_url: str, database_url: str) -> AsyncIterator[None]:
    path = settings.home / "run" / "centre.json"
    file = CentreFile(
        ari_url=ari_url,
        database_url=database_url,
        web_url=f"http://{settings.web_bind}",
        sip_address=settings.sip_address,
        pid=os.getpid(),
    )
    write_private(path, msgspec.json.encode(file))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


async def _is_ready(settings: Settings) -> bool:
    timeout = aiohttp.ClientTimeout(total=2)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"http://{settings.web_bind}/readyz") as reply,
        ):
            return reply.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


def _say(line: str) -> None:
    print(f"ccbot up: {line}", flush=True)


def _say_how_to_call(settings: Settings, log: Path) -> None:
    ccbot = PROJECT / "script" / "ccbot"
    lines = [f"ready. Phones register at {settings.sip_address}; http://{settings.web_bind}/readyz"]
    if not settings.ari_url:
        secret = read_or_make_secrets(settings.home).test_account_password
        lines += [
            "A first call, all by itself:   " + f"{ccbot} call",
            "With softphones (Linphone, Zoiper), server " + f"{settings.sip_address}, UDP:",
            f"  the customer: user c-test, password {secret}; dial 10000",
            f"  the agent:    {ccbot} agent add 1001 --name 王芳 --group service",
            "                prints the account; then dial *71 from that phone",
        ]
    lines.append(f"The log: {log}. Ctrl-C stops everything.")
    for line in lines:
        _say(line)
