"""Logs: few and wide lines, one for each thing that happened; no full number in any of them."""

import logging
import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog


def configure(form: str) -> None:
    """Set the log's form: ``text`` for people, ``json`` for machines."""
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*processors, *(_json() if form == "json" else _text())],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=cast("TextIO", _Lossy(sys.stderr))),
        cache_logger_on_first_use=True,
    )


def say(line: str) -> None:
    """A line for whoever started the process; lost where it cannot be written, and no fault."""
    stream = _Lossy(sys.stderr)
    stream.write(f"ccbot: {line}\n")
    stream.flush()


class _Lossy:
    """A stream that loses lines where it cannot be written: no full disk may end a call."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


# Whatever a frame held stays out of tracebacks: callers' numbers are among it.


def _json() -> list[structlog.typing.Processor]:
    frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return [
        structlog.processors.ExceptionRenderer(frames),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]


def _text() -> list[structlog.typing.Processor]:
    return [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    ]
