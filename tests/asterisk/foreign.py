"""SIP phones that are not ours: baresip for an agent, SIPp for customers."""

import asyncio
import csv
import json
import shutil
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from ccbot.embedded.process import stop
from ccbot.phone import alaw
from tests.asterisk.guests import PASSWORD, TRUNK
from tests.asterisk.hotline import free_port

SIPP = shutil.which("sipp")
BARESIP = shutil.which("baresip")
SCENARIOS = Path(__file__).parent / "sipp"
START_S_MAX = 10.0
CALL_S_MAX = 90.0
"""A customer of SIPp is through so soon after she dialled: it gives up what lasts longer."""
TONE_S = 60
TONE_HZ = 440
"""What baresip's microphone hears."""


class Baresip:
    """One baresip that answers by itself, and dials when told to."""

    def __init__(self, folder: Path, control: int) -> None:
        self.folder = folder
        self._control = control

    async def dial(self, uri: str) -> None:
        """Dial a number."""
        await self._tell({"command": "dial", "params": uri})

    async def hang_up(self) -> None:
        """Hang up."""
        await self._tell({"command": "hangup"})

    async def _tell(self, what: dict[str, str]) -> None:
        command = json.dumps(what).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", self._control)
        writer.write(b"%d:%s," % (len(command), command))
        await writer.drain()
        async with asyncio.timeout(START_S_MAX):
            await reader.read(1)
        writer.close()

    def heard(self) -> list[Path]:
        """What its loudspeaker played, a WAV file for each call, the oldest first."""
        return sorted(self.folder.glob("dump-*-dec.wav"), key=lambda path: path.stat().st_mtime)

    def said(self) -> str:
        """Its own log."""
        return (self.folder / "log").read_text(errors="replace")


@asynccontextmanager
async def baresip(folder: Path, user: str, server: tuple[str, int]) -> AsyncIterator[Baresip]:
    """A registered baresip for the length of the block."""
    assert BARESIP is not None
    control, local = free_port(socket.SOCK_STREAM), free_port(socket.SOCK_DGRAM)
    modules = next(Path("/usr/lib").glob("**/baresip/modules"))
    (folder / "config").write_text(
        f"sip_listen 127.0.0.1:{local}\nmodule_path {modules}\n"
        f"audio_source aufile,{folder}/tone.wav\naudio_player aufile,{folder}/out.wav\n"
        f"audio_alert aufile,{folder}/alert.wav\nctrl_tcp_listen 127.0.0.1:{control}\n"
        f"snd_path {folder}\nmodule g711.so\nmodule aufile.so\n"
        "module sndfile.so\nmodule stun.so\nmodule_tmp account.so\nmodule_app menu.so\n"
        "module_app ctrl_tcp.so\n"
    )
    (folder / "accounts").write_text(
        f"<sip:{user}@{server[0]}:{server[1]};transport=udp>;auth_pass={PASSWORD}"
        ";answermode=auto;audio_codecs=PCMA/8000/1;regint=60\n"
    )
    alaw.save_wav(folder / "tone.wav", alaw.tone(TONE_HZ, seconds=TONE_S))
    (folder / "contacts").write_text("")
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            BARESIP,
            "-4",
            "-f",
            str(folder),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    phone = Baresip(folder, control)
    try:
        async with asyncio.timeout(START_S_MAX):
            while "200 OK" not in phone.said():
                await asyncio.sleep(0.05)
        yield phone
    finally:
        await stop(process)


async def customers(port: int, *, calls: int, rate: int, dialled: str, folder: Path) -> int:
    """SIPp dials in ``calls`` times and echoes what it hears; 0 if all was well."""
    return await _sipp("customer.xml", port, calls, rate, folder, "-s", dialled, "-rtp_echo")


class Planned(NamedTuple):
    """A customer of whom SIPp keeps account."""

    number: str
    dialled: str
    stays_s: float
    """After the answer, unless the hotline hangs up before; in quarters of a second."""


class Told(NamedTuple):
    """What SIPp says of one call, by its own clock."""

    ended_as: str
    """``left``: SIPp hung up; ``let go``: the hotline did."""
    lasted_s: float
    """From the INVITE to the BYE."""


class Account(NamedTuple):
    """What SIPp says of all calls."""

    status: int
    totals: dict[str, str]
    """The last line of its statistics (``-trace_stat``)."""
    calls: dict[str, Told]
    """By the customer's number (``-trace_logs``)."""


async def planned(port: int, plan: Sequence[Planned], *, rate: int, folder: Path) -> Account:
    """SIPp plays these customers, who say nothing, and gives account of them."""
    lines = [f"{one.number};{one.dialled};{round(one.stays_s * 4)}" for one in plan]
    (folder / "plan.csv").write_text("\n".join(["SEQUENTIAL", *lines, ""]))
    log, statistics = folder / "sipp.log", folder / "sipp.csv"
    status = await _sipp(
        "planned.xml",
        port,
        len(plan),
        rate,
        folder,
        *("-inf", str(folder / "plan.csv")),
        *("-trace_stat", "-stf", str(statistics), "-trace_logs", "-log_file", str(log)),
    )
    with statistics.open() as file:
        totals = list(csv.DictReader(file, delimiter=";"))[-1]
    return Account(status, totals, _told(log.read_text()))


def _told(log: str) -> dict[str, Told]:
    dialled_ms: dict[str, int] = {}
    told: dict[str, Told] = {}
    for line in log.splitlines():
        number, what, at_ms = line.split(";")
        if what == "dialled":
            dialled_ms[number] = int(at_ms)
        else:
            told[number] = Told(what, (int(at_ms) - dialled_ms[number]) / 1000)
    return told


async def _sipp(
    scenario: str, port: int, calls: int, rate: int, folder: Path, *options: str
) -> int:
    assert SIPP is not None
    argv = [
        SIPP,
        f"127.0.0.1:{port}",
        "-sf",
        str(SCENARIOS / scenario),
        "-i",
        TRUNK,
        "-mi",
        TRUNK,
        "-m",
        str(calls),
        "-r",
        str(rate),
        "-l",
        str(calls),
        "-timeout",
        f"{calls / rate + CALL_S_MAX:.0f}s",
        "-trace_err",
        "-error_file",
        str(folder / "sipp.err"),
        *options,
    ]
    process = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=folder,
    )
    try:
        return await process.wait()
    finally:
        await stop(process)
