"""A small Asterisk of its own for one test session: an echo, a prompt, a busy number."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ccbot.settings import PROJECT, load

READY_S_MAX = 30.0
STOP_S_MAX = 10.0

MODULES = """[modules]
autoload = no
load = res_pjproject.so
load = res_sorcery_config.so
load = res_sorcery_memory.so
load = res_sorcery_astdb.so
load = res_pjsip.so
load = res_pjsip_pubsub.so
load = res_pjsip_session.so
load = res_pjsip_registrar.so
load = res_pjsip_authenticator_digest.so
load = res_pjsip_endpoint_identifier_user.so
load = res_pjsip_endpoint_identifier_ip.so
load = res_pjsip_sdp_rtp.so
load = res_pjsip_caller_id.so
load = res_pjsip_dtmf_info.so
load = res_pjsip_rfc3326.so
load = res_rtp_asterisk.so
load = bridge_simple.so
load = bridge_native_rtp.so
load = chan_pjsip.so
load = codec_alaw.so
load = format_pcm.so
load = pbx_config.so
load = app_dial.so
load = app_echo.so
load = app_playback.so
load = app_read.so
load = app_senddtmf.so
load = func_callerid.so
"""

PJSIP = """[global]
type = global
default_realm = ccbot
endpoint_identifier_order = ip,username

[udp]
type = transport
protocol = udp
bind = 127.0.0.1:{port}

[trunk]
type = endpoint
context = calls
identify_by = ip
disallow = all
allow = alaw
direct_media = no

[trunk]
type = identify
endpoint = trunk
match = 127.0.0.2

[p-1001]
type = endpoint
context = calls
disallow = all
allow = alaw
direct_media = no
auth = p-1001
aors = p-1001

[p-1001]
type = auth
auth_type = userpass
username = p-1001
password = secret

[p-1001]
type = aor
max_contacts = 1
remove_existing = yes
"""

EXTENSIONS = """[calls]
exten => 600,1,Answer()
 same => n,Echo()
 same => n,Hangup()
exten => 601,1,Answer()
 same => n,Playback(ccbot/menu.main)
 same => n,Hangup()
exten => 602,1,Answer()
 same => n,Playback(ccbot/welcome.main)
 same => n,Read(KEYS,ccbot/menu.main,3,,1,10)
 same => n,SendDTMF(${KEYS})
 same => n,Hangup()
exten => _8XXX,1,Answer()
 same => n,Playback(ccbot/${EXTEN})
 same => n,Hangup()
exten => 486,1,Hangup(17)
exten => 1001,1,Dial(PJSIP/p-1001,5)
 same => n,Hangup()
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asterisk:
    """Where it listens."""

    host: str
    port: int

    def uri(self, number: str) -> str:
        return f"sip:{number}@{self.host}:{self.port}"


def root() -> Path | None:
    """A Debian root with Asterisk in it; None: there is none on this machine."""
    named = os.environ.get("CCBOT_TEST_ASTERISK_ROOT")
    candidates = [Path(named)] if named else []
    candidates += [load().home / "asterisk/root", PROJECT / "var/asterisk/root"]
    return next((path for path in candidates if (path / "usr/sbin/asterisk").exists()), None)


def free_port() -> int:
    """A UDP port that nobody uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _configure(base: Path, debian: Path, port: int, sounds: dict[str, bytes]) -> Path:
    etc = base / "etc"
    for name in ("etc", "lib/sounds/en/ccbot", "spool", "run", "log", "keys"):
        (base / name).mkdir(parents=True)
    for prompt, sound in sounds.items():
        (base / f"lib/sounds/en/ccbot/{prompt}.alaw").write_bytes(sound)
    data = debian / "usr/share/asterisk/documentation"
    if data.exists():
        (base / "lib/documentation").symlink_to(data)
    files = {
        "asterisk.conf": f"""[directories]
astetcdir => {etc}
astmoddir => {debian}/usr/lib/x86_64-linux-gnu/asterisk/modules
astvarlibdir => {base}/lib
astdatadir => {base}/lib
astdbdir => {base}/lib
astkeydir => {base}/keys
astspooldir => {base}/spool
astrundir => {base}/run
astlogdir => {base}/log
""",
        "modules.conf": MODULES,
        "logger.conf": "[logfiles]\nmessages = notice,warning,error\n",
        "pjsip.conf": PJSIP.format(port=port),
        "pjproject.conf": "",
        "rtp.conf": "[general]\nrtpstart=31000\nrtpend=31999\nicesupport=no\n",
        "sorcery.conf": "",
        "extensions.conf": EXTENSIONS,
        "features.conf": "",
    }
    for name, text in files.items():
        (etc / name).write_text(text)
    return etc / "asterisk.conf"


@asynccontextmanager
async def running(debian: Path, base: Path, sounds: dict[str, bytes]) -> AsyncIterator[Asterisk]:
    """Starts it, waits until it says that it is ready, ends it."""
    port = free_port()
    config = _configure(base, debian, port, sounds)
    libraries = debian / "usr/lib/x86_64-linux-gnu"
    process = await asyncio.create_subprocess_exec(
        str(debian / "usr/lib64/ld-linux-x86-64.so.2"),
        "--library-path",
        str(libraries),
        str(debian / "usr/sbin/asterisk"),
        "-C",
        str(config),
        "-f",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _ready(port)
        yield Asterisk(host="127.0.0.1", port=port)
    finally:
        process.terminate()
        async with asyncio.timeout(STOP_S_MAX):
            await process.wait()


async def _ready(port: int) -> None:
    """Until an OPTIONS is answered, by whatever status."""
    loop = asyncio.get_running_loop()
    answered = loop.create_future()

    class Asker(asyncio.DatagramProtocol):
        def datagram_received(self, _data: bytes, _addr: object) -> None:
            if not answered.done():
                answered.set_result(None)

    transport, _ = await loop.create_datagram_endpoint(Asker, local_addr=("127.0.0.2", 0))
    try:
        async with asyncio.timeout(READY_S_MAX):
            number = 0
            while not answered.done():
                number += 1
                transport.sendto(_options(number, transport), ("127.0.0.1", port))
                await asyncio.sleep(0.1)
    finally:
        transport.close()


def _options(number: int, transport: asyncio.DatagramTransport) -> bytes:
    here = "{}:{}".format(*transport.get_extra_info("sockname"))
    return (
        "OPTIONS sip:600@127.0.0.1 SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP {here};branch=z9hG4bKready{number};rport\r\n"
        f"From: <sip:ready@{here}>;tag=r{number}\r\nTo: <sip:600@127.0.0.1>\r\n"
        f"Call-ID: ready-{number}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n"
        "Content-Length: 0\r\n\r\n"
    ).encode()
