"""Starting a server and ending it: nothing is left behind, nothing else is touched."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ccbot.embedded.log_files import kept_small, open_log

STOP_S_MAX = 10.0
"""After a polite request to end, the server is killed."""

PROBE_S = 0.1


class StartFault(Exception):  # noqa: N818 - named as what it is
    """A server did not come up; the message says what to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that answers."""

    url: str
    """Where, login included."""
    process: asyncio.subprocess.Process


@asynccontextmanager
async def running(
    argv: list[str],
    *,
    log: Path,
    own_logs: Iterable[Path] = (),
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a server for the length of the block; its output goes to ``log``.

    That, and the logs that it writes itself, are kept small meanwhile.
    """
    with open_log(log) as output:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            start_new_session=True,
        )
    watch = kept_small(log, *own_logs)
    watching = asyncio.create_task(watch, name=log.name)  # noqa: TID251 - ended below
    try:
        yield process
    finally:
        watching.cancel()
        await stop(process)
        with suppress(asyncio.CancelledError):
            await watching


async def stop(process: asyncio.subprocess.Process) -> None:
    """Ask it to end; after ``STOP_S_MAX`` make it."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(STOP_S_MAX):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def output_of(
    argv: list[str], *, within_s: float, environment: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """A command's exit status and all it said. Whoever leaves early ends it and its children.

    ``TimeoutError`` if it takes too long.
    """
    process = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=environment,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(within_s):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    assert process.returncode is not None
    return process.returncode, output.decode(errors="replace").strip()


async def until_ready(
    process: asyncio.subprocess.Process,
    probe: Callable[[], Awaitable[bool]],
    *,
    name: str,
    within_s: float,
    log: Path,
) -> None:
    """Probe until the server answers; ``StartFault`` if it ends first, or takes too long."""
    try:
        async with asyncio.timeout(within_s):
            while not await probe():
                if process.returncode is not None:
                    raise StartFault(f"{name} ended at once: {last_line(log)} (all of it: {log})")
                await asyncio.sleep(PROBE_S)
    except TimeoutError:
        raise StartFault(f"{name} was not ready in {within_s:.0f} s: see {log}") from None


def last_line(log: Path) -> str:
    """The last line of a log, for a message."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
