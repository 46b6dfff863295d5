"""At the start of the centre: what names the company or an agent is rendered beside the calls.

Until a sentence is there, its neutral wording is heard.
"""

import asyncio
import sys
from typing import Final

import structlog

from ccbot.settings import Settings

COMMAND: Final = (sys.executable, "-m", "ccbot", "prompts", "render", "--own")
RENDER_S_MAX: Final = 3_600.0
"""For a thousand agents' greetings, say."""

log = structlog.get_logger()


async def render_own(settings: Settings) -> None:
    """Render whatever is missing or has other words by now; a failure is logged, and no more."""
    if not settings.speech:
        return
    try:
        async with asyncio.timeout(RENDER_S_MAX):
            status, said = await _run()
    except (OSError, TimeoutError) as problem:
        status, said = 1, repr(problem)
    if status:
        log.warning("sentences with names are not rendered", why=said)


async def _run() -> tuple[int, str]:
    """The command's status and its last line; it ends with whoever waits for it."""
    process = await asyncio.create_subprocess_exec(
        "setpriv",
        *("--pdeathsig", "KILL", "--"),
        *COMMAND,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, complaints = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    lines = complaints.decode(errors="replace").strip().splitlines()
    return process.returncode or 0, lines[-1] if lines else ""
