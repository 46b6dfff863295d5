"""Work beside a talk: whatever becomes of it, the talk goes on."""

from collections.abc import Awaitable, Callable

import structlog

from ccbot.pbx.leg import LegGone

log = structlog.get_logger()

Aside = Callable[[], Awaitable[None]]
"""Begun only if there is time: what is cancelled at once was never begun."""


async def aside(work: Aside, name: str) -> None:
    """Do it; what goes wrong is logged. Whoever serves a leg that is gone hears of that himself."""
    try:
        await work()
    except LegGone as gone:
        log.info("a line is gone", work=name, why=str(gone))
    except Exception:
        log.exception("work failed", work=name)
