"""Asking Asterisk again for what does no harm when it is done twice."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import structlog

from ccbot.ari.errors import AriError, OutcomeUnknown

log = structlog.get_logger()

ASK_TIMES_MAX = 3
"""A request that Asterisk did not answer, or could not carry out, is sent so often."""

ASK_AGAIN_S = 0.2
"""After a refusal: what Asterisk lacked is hardly there at once."""

T = TypeVar("T")


class NotDone(Exception):  # noqa: N818 - it is news, not an error
    """Asterisk did not do what was asked, however often; what it was asked about is there still."""


async def insisted(request: Callable[[], Coroutine[Any, Any, T]], *, about: str) -> T:
    """A request that is sent again if it failed; ``NotDone`` after the last time."""
    times = 1
    while True:
        try:
            return await request()
        except AriError as problem:
            if times == ASK_TIMES_MAX:
                raise NotDone(str(problem)) from problem
            log.warning("asking once more", about=about, problem=str(problem))
            if not isinstance(problem, OutcomeUnknown):
                await asyncio.sleep(ASK_AGAIN_S)
        times += 1
