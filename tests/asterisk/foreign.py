"""SIP phones that are not ours: baresip for an agent, SIPp for customers."""

import asyncio
import json
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

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
    assert SIPP is not None
    argv = [
        SIPP,
        f"127.0.0.1:{port}",
        "-sf",
        str(SCENARIOS / "customer.xml"),
        "-s",
        dialled,
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
        "-rtp_echo",
        "-timeout",
        f"{calls / rate + CALL_S_MAX:.0f}s",
        "-trace_err",
        "-error_file",
        str(folder / "sipp.err"),
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
