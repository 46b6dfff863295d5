"""The whole centre in the foreground: starts everything, starts again what dies, stops it all."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import aiohttp

from ccbot.embedded import centre_file
from ccbot.embedded.asterisk import free_port, refuse_refer, running_asterisk
from ccbot.embedded.centre_file import CentreFile
from ccbot.embedded.keyring import read_or_make_secrets
from ccbot.embedded.migrate import migrate
from ccbot.embedded.only_one import only_one
from ccbot.embedded.postgres import running_postgres
from ccbot.embedded.process import Server, StartFault, running, until_ready
from ccbot.embedded.schema import schema_kept
from ccbot.settings import PROJECT, Settings

SERVE_READY_S_MAX = 30.0
BACK_OFF_S_MIN, BACK_OFF_S_MAX = 0.2, 5.0
"""Waits before what died is started again; each is doubled."""

WELL_S = 30.0
"""Whoever ran that long is started again without much ado."""


def supervise(settings: Settings) -> int:
    """Run the centre until SIGINT or SIGTERM; the exit status."""
    try:
        with only_one(settings.home):
            check_ports(settings)
            if not settings.ari_url:
                refuse_refer(settings)
            return asyncio.run(_until_stopped(settings))
    except StartFault as fault:
        print(f"ccbot up: {fault}", file=sys.stderr)
        return 1
    except ExceptionGroup as problems:
        print(f"ccbot up: {_only_fault(problems)}", file=sys.stderr)
        return 1


def _only_fault(problems: ExceptionGroup) -> StartFault:
    """The fault that groups of tasks wrapped; whatever else there is gets its traceback."""
    faults, others = problems.split(StartFault)
    if others is not None or faults is None:
        raise problems
    fault: Exception = faults
    while isinstance(fault, ExceptionGroup):
        fault = fault.exceptions[0]
    assert isinstance(fault, StartFault)
    return fault


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
    """Postgres, Asterisk and ccbot, in this order; each is started again by itself if it dies.

    Whoever stands on another finds it again at the same address, so only the dead one restarts.
    """
    async with AsyncExitStack() as stack:
        database_url = settings.database_url
        if not database_url:
            database_url = await stack.enter_async_context(
                kept_running("Postgres", lambda: running_postgres(settings.home))
            )
        _say("database schema …")
        if settings.database_url:
            await stack.enter_async_context(schema_kept(database_url, _say))
        else:
            await migrate(database_url)
        ari_url = settings.ari_url
        if not ari_url:
            port = free_port()
            ari_url = await stack.enter_async_context(
                kept_running("Asterisk", lambda: running_asterisk(settings, port))
            )
        await stack.enter_async_context(
            kept_running("ccbot", lambda: _serving(settings, ari_url, database_url))
        )
        _say_how_to_call(settings)
        await asyncio.Event().wait()


@asynccontextmanager
async def kept_running(
    name: str, start: Callable[[], AbstractAsyncContextManager[Server]]
) -> AsyncIterator[str]:
    """A server's address, when it is there; again and again while the block lasts.

    A fault at the very first start is final: it is raised here.
    """
    address = asyncio.get_running_loop().create_future()
    work = _again_and_again(name, start, address)
    keeper = asyncio.create_task(work, name=name)  # noqa: TID251 - awaited below, never fails
    try:
        yield await address
    finally:
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper


async def _again_and_again(
    name: str,
    start: Callable[[], AbstractAsyncContextManager[Server]],
    address: asyncio.Future[str],
) -> None:
    wait = BACK_OFF_S_MIN
    while True:
        _say(f"{name} …")
        started = time.monotonic()
        try:
            async with start() as server:
                if address.done():
                    _say(f"{name} is back")
                else:
                    address.set_result(server.url)
                status = await server.process.wait()
            why = f"ended with status {status}"
        except Exception as problem:  # noqa: BLE001 - whatever it was, the centre has to go on
            if not address.done():
                address.set_exception(_as_fault(name, problem))
                return
            why = f"did not start: {problem}"
        ran = time.monotonic() - started
        wait = BACK_OFF_S_MIN if ran > WELL_S else min(wait * 2, BACK_OFF_S_MAX)
        _say(f"{name} {why}, after {ran:.0f} s; starting it again in {wait:.1f} s")
        await asyncio.sleep(wait)


def _as_fault(name: str, problem: Exception) -> Exception:
    """What the system refused is told in one line; a fault of ours keeps its traceback."""
    if isinstance(problem, OSError):
        return StartFault(f"{name} did not start: {problem}")
    return problem


@asynccontextmanager
async def _serving(settings: Settings, ari_url: str, database_url: str) -> AsyncIterator[Server]:
    """One run of ``ccbot serve``."""
    environment = {
        **os.environ,
        "CCBOT_HOME": str(settings.home),
        "CCBOT_ARI_URL": ari_url,
        "CCBOT_DATABASE_URL": database_url,
    }
    log = log_file(settings)
    argv = ["setpriv", "--pdeathsig", "TERM", "--", sys.executable, "-m", "ccbot", "serve"]
    centre = _centre_file(settings, ari_url, database_url)
    async with AsyncExitStack() as stack:
        stack.enter_context(centre_file.written(settings.home, centre))
        process = await stack.enter_async_context(running(argv, log=log, environment=environment))

        async def answers() -> bool:
            return await _is_ready(settings)

        await until_ready(process, answers, name="ccbot", within_s=SERVE_READY_S_MAX, log=log)
        yield Server(url=f"http://{settings.web_bind}", process=process)


def log_file(settings: Settings) -> Path:
    """Where ``ccbot serve`` writes its log."""
    return settings.home / "log" / "ccbot.log"


def _centre_file(settings: Settings, ari_url: str, database_url: str) -> CentreFile:
    return CentreFile(
        ari_url=ari_url,
        database_url=database_url,
        web_url=f"http://{settings.web_bind}",
        sip_address=settings.sip_address,
        pid=os.getpid(),
    )


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


def _say_how_to_call(settings: Settings) -> None:
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
    lines.append(f"The log: {log_file(settings)}. Ctrl-C stops everything.")
    for line in lines:
        _say(line)
