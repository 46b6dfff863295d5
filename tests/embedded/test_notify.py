"""What a service tells systemd, over a real socket."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ccbot.notify import SIGNS_A_LIMIT, Listener

LIMIT_S = 0.15


@pytest.fixture
def line(tmp_path: Path) -> Iterator[socket.socket]:
    """Systemd's end."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(2)
        yield listening


def test_states_are_told_as_one_datagram(line: socket.socket) -> None:
    Listener({"NOTIFY_SOCKET": line.getsockname()}).tell("READY=1", "STATUS=takes calls")
    assert line.recv(1000) == b"READY=1\nSTATUS=takes calls"


def test_the_socket_may_have_an_abstract_name() -> None:
    name = f"ccbot-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0{name}")
        listening.settimeout(2)
        Listener({"NOTIFY_SOCKET": f"@{name}"}).tell("STOPPING=1")
        assert listening.recv(1000) == b"STOPPING=1"


def test_where_nobody_listens_nothing_happens(tmp_path: Path) -> None:
    Listener({}).tell("READY=1")
    Listener({"NOTIFY_SOCKET": str(tmp_path / "gone")}).tell("READY=1")


async def test_signs_of_life_come_several_times_within_the_limit(line: socket.socket) -> None:
    environment = {
        "NOTIFY_SOCKET": line.getsockname(),
        "WATCHDOG_USEC": str(int(LIMIT_S * 1e6)),
        "WATCHDOG_PID": str(os.getpid()),
    }
    with suppress(TimeoutError):
        async with asyncio.timeout(LIMIT_S * 2):
            await Listener(environment).tell_of_life()
    line.setblocking(False)
    signs = 0
    with suppress(BlockingIOError):
        while line.recv(1000) == b"WATCHDOG=1":
            signs += 1
    assert signs >= SIGNS_A_LIMIT


@pytest.mark.parametrize(
    "environment",
    [{}, {"WATCHDOG_USEC": "nonsense"}, {"WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"}],
)
async def test_nobody_who_does_not_watch_this_process_gets_signs(
    environment: dict[str, str], line: socket.socket
) -> None:
    await Listener({"NOTIFY_SOCKET": line.getsockname(), **environment}).tell_of_life()
    line.setblocking(False)
    with pytest.raises(BlockingIOError):
        line.recv(1000)
