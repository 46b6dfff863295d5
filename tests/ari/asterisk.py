"""A small Asterisk of its own for the ARI tests: an account wizard, one number to dial."""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ccbot.ari.client import Ari
from ccbot.ari.errors import AriError
from ccbot.ari.transport import HttpTransport

READY_S_MAX = 30.0
STOP_S_MAX = 10.0

MODULES = [
    "res_sorcery_config",
    "res_sorcery_memory",
    "res_sorcery_astdb",
    "res_pjproject",
    "res_pjsip",
    "res_pjsip_session",
    "res_pjsip_pubsub",
    "chan_pjsip",
    "res_pjsip_authenticator_digest",
    "res_pjsip_registrar",
    "res_pjsip_endpoint_identifier_user",
    "res_http_websocket",
    "res_stasis",
    "res_stasis_answer",
    "res_stasis_playback",
    "res_stasis_recording",
    "res_stasis_snoop",
    "res_stasis_device_state",
    "res_ari",
    "res_ari_model",
    "res_ari_applications",
    "res_ari_asterisk",
    "res_ari_bridges",
    "res_ari_channels",
    "res_ari_device_states",
    "res_ari_endpoints",
    "res_ari_events",
    "res_ari_playbacks",
    "res_ari_recordings",
    "res_ari_sounds",
    "app_stasis",
    "bridge_simple",
    "bridge_softmix",
    "bridge_holding",
    "res_musiconhold",
    "format_pcm",
    "codec_alaw",
    "codec_ulaw",
    "pbx_config",
]

SORCERY = """[res_pjsip]
endpoint = config,pjsip.conf,criteria=type=endpoint
endpoint = memory
auth = config,pjsip.conf,criteria=type=auth
auth = memory
aor = config,pjsip.conf,criteria=type=aor
aor = memory
"""

EXTENSIONS = """[far]
exten => 600,1,Answer()
 same => n,Wait(30)
"""


def _free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _configure(base: Path, root: Path, port: int, password: str) -> Path:
    for name in ("etc", "lib/sounds/en", "spool", "run", "log", "keys"):
        (base / name).mkdir(parents=True)
    (base / "lib/sounds/en/tune.alaw").write_bytes(b"\xd5" * 8000)
    (base / "lib/documentation").symlink_to(root / "usr/share/asterisk/documentation")
    sip = _free_port(socket.SOCK_DGRAM)
    files = {
        "asterisk.conf": f"""[directories]
astetcdir => {base}/etc
astmoddir => {root}/usr/lib/x86_64-linux-gnu/asterisk/modules
astvarlibdir => {base}/lib
astdatadir => {base}/lib
astdbdir => {base}/lib
astkeydir => {base}/keys
astspooldir => {base}/spool
astrundir => {base}/run
astlogdir => {base}/log
""",
        "modules.conf": "[modules]\nautoload = no\n"
        + "".join(f"load = {name}.so\n" for name in MODULES),
        "logger.conf": "[logfiles]\nmessages = notice,warning,error\n",
        "http.conf": f"[general]\nenabled = yes\nbindaddr = 127.0.0.1\nbindport = {port}\n",
        "ari.conf": "[general]\nenabled = yes\nwebsocket_write_timeout = 5000\n"
        f"[ccbot]\ntype = user\npassword = {password}\n",
        "pjsip.conf": f"[udp]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:{sip}\n",
        "musiconhold.conf": "",
        "pjproject.conf": "",
        "sorcery.conf": SORCERY,
        "extensions.conf": EXTENSIONS,
        "features.conf": "",
    }
    for name, text in files.items():
        (base / "etc" / name).write_text(text)
    return base / "etc/asterisk.conf"


@asynccontextmanager
async def running(root: Path, base: Path) -> AsyncIterator[str]:
    """Start it, wait until ARI answers, yield ARI's address, end it."""
    port, password = _free_port(socket.SOCK_STREAM), secrets.token_hex(8)
    process = await asyncio.create_subprocess_exec(
        str(root / "usr/lib64/ld-linux-x86-64.so.2"),
        "--library-path",
        str(root / "usr/lib/x86_64-linux-gnu"),
        str(root / "usr/sbin/asterisk"),
        "-C",
        str(_configure(base, root, port, password)),
        "-f",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    url = f"http://ccbot:{password}@127.0.0.1:{port}"
    try:
        await _ready(url)
        yield url
    finally:
        process.terminate()
        async with asyncio.timeout(STOP_S_MAX):
            await process.wait()


async def _ready(url: str) -> None:
    async with HttpTransport(url) as transport, asyncio.timeout(READY_S_MAX):
        while True:
            try:
                await Ari(transport).asterisk.ping()
            except AriError:
                await asyncio.sleep(0.1)
            else:
                return
