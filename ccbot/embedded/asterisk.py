"""A private Asterisk: our configuration, a free loopback port for ARI, no root.

It runs from a Debian root that ``script/setup`` unpacked, by that root's own program loader, so it
needs neither chroot nor root's rights; or from the system, if that has Asterisk 22 or later.
"""

import base64
import os
import re
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from ccbot.embedded.keyring import read_or_make_secrets, write_private
from ccbot.embedded.log_files import rotate
from ccbot.embedded.process import Server, StartFault, running, until_ready
from ccbot.embedded.user import as_service, give_to_service, own_folder
from ccbot.pbx.accounts import SESSION_S
from ccbot.pbx.refer import ReferFault, refuse
from ccbot.settings import PROJECT, Settings, SettingsError

READY_S_MAX = 60.0
VERSION_MIN = 22
FOLDERS = (
    "etc",
    "lib",
    "lib/sounds",
    "lib/keys",
    "log",
    "log/cel-custom",
    "run",
    "spool",
    "spool/recording",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """An Asterisk that can be run."""

    command: tuple[str, ...]
    modules: Path
    data: Path
    """Where its documentation and rest-api declarations are."""
    reads: tuple[Path, ...]


def find_installation(settings: Settings) -> Installation:
    """The private root, or an installed Asterisk; ``StartFault`` if there is neither."""
    for home in (settings.home, PROJECT / "var"):
        root = home / "asterisk" / "root"
        if (root / "usr/sbin/asterisk").exists():
            return _in_root(root)
    installed = shutil.which("asterisk")
    if installed and _version(installed) >= VERSION_MIN:
        modules = next(Path("/usr/lib").glob("**/asterisk/modules"), Path("/usr/lib/asterisk"))
        return Installation(
            command=(installed,), modules=modules, data=Path("/usr/share/asterisk"), reads=()
        )
    raise StartFault("no Asterisk 22 is installed: run script/setup, or set CCBOT_ARI_URL")


def _in_root(root: Path) -> Installation:
    modules = next(root.glob("usr/lib/*/asterisk/modules"))
    libraries = modules.parent.parent
    loader = next(libraries.glob("ld-linux-*.so.*"))
    command = (str(loader), "--library-path", str(libraries), str(root / "usr/sbin/asterisk"))
    return Installation(
        command=command, modules=modules, data=root / "usr/share/asterisk", reads=(root,)
    )


def refuse_refer(settings: Settings) -> None:
    """``SettingsError`` if REFER is to be taken by an Asterisk that is not fit for it."""
    if not settings.refer:
        return
    installation = find_installation(settings)
    try:
        refuse(_says_of_itself(*installation.command))
    except ReferFault as fault:
        raise SettingsError(str(fault)) from None


def _says_of_itself(*command: str) -> str:
    """Such as ``Asterisk 22.10.1``."""
    said = subprocess.run([*command, "-V"], capture_output=True, text=True, check=False).stdout
    return said.strip()


def _version(program: str) -> int:
    said = _says_of_itself(program)
    found = re.search(r"Asterisk (\d+)", said)
    return int(found[1]) if found else 0


@asynccontextmanager
async def running_asterisk(settings: Settings, port: int) -> AsyncIterator[Server]:
    """An Asterisk for the length of the block, its ARI at this port of loopback."""
    command = prepare(settings, port)
    password = read_or_make_secrets(settings.home).ari_password
    log = settings.home / "asterisk" / "log" / "console.log"
    async with running(command, log=log, own_logs=own_logs(settings.home)) as process:

        async def answers() -> bool:
            return await pings(port, password)

        await until_ready(process, answers, name="Asterisk", within_s=READY_S_MAX, log=log)
        yield Server(url=own_url(settings.home, port), process=process)


def prepare(settings: Settings, port: int) -> list[str]:
    """Make everything that Asterisk needs; the command that runs it, without root's rights."""
    refuse_refer(settings)
    installation = find_installation(settings)
    base = settings.home / "asterisk"
    own_folder(base)
    for folder in FOLDERS:
        own_folder(base / folder)
    _link(base / "lib", installation.data)
    _link_sounds(base / "lib" / "sounds", settings.home)
    render(settings, installation, port)
    argv = [*installation.command, "-C", str(base / "etc/asterisk.conf"), "-f", "-q"]
    for log in own_logs(settings.home):
        rotate(log)
    command = as_service(argv, [*installation.reads, base / "etc", PROJECT / "dialplan"])
    return _with_own_name(command)


def own_logs(home: Path) -> list[Path]:
    """What Asterisk itself writes to (``dialplan/logger.conf``), for as long as it runs."""
    names = ("messages.log", "security.log", "queue_log")
    return [home / "asterisk" / "log" / name for name in names]


def own_url(home: Path, port: int) -> str:
    """ARI of the centre's own Asterisk, login included."""
    return f"http://ccbot:{read_or_make_secrets(home).ari_password}@127.0.0.1:{port}"


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def render(settings: Settings, installation: Installation, http_port: int) -> None:
    """Write the configuration: every file of ``dialplan/``, its @WORDS@ filled in."""
    words = _words(settings, installation, http_port)
    etc = settings.home / "asterisk" / "etc"
    for template in sorted((PROJECT / "dialplan").glob("*.conf")):
        text = template.read_text(encoding="utf-8")
        for word, value in words.items():
            text = text.replace(f"@{word}@", value)
        left = re.search(r"@[A-Z_]+@", text)
        assert left is None, f"{template.name}: a word has no value: {left}"
        write_private(etc / template.name, text.encode())
        give_to_service(etc / template.name)


def _words(settings: Settings, installation: Installation, http_port: int) -> dict[str, str]:
    base = settings.home / "asterisk"
    secrets = read_or_make_secrets(settings.home)
    external = settings.external_address
    return {
        "ETC": str(base / "etc"),
        "LIB": str(base / "lib"),
        "LOG": str(base / "log"),
        "RUN": str(base / "run"),
        "SPOOL": str(base / "spool"),
        "MODULES": str(installation.modules),
        "MUSIC": str(PROJECT / "dialplan" / "music"),
        "SIP_BIND": str(settings.sip_bind),
        "HTTP_PORT": str(http_port),
        "RTP_FIRST": str(settings.rtp_ports.first),
        "RTP_LAST": str(settings.rtp_ports.last),
        "ARI_PASSWORD": secrets.ari_password,
        "TEST_PASSWORD": secrets.test_account_password,
        "TRUNKS": "\n".join(f"match = {address}" for address in settings.trunks),
        "TRUNK_OUT": _trunk_out(settings.trunk_out),
        "SESSION_S": str(SESSION_S),
        "EXTERNAL": (
            f"external_media_address = {external}\nexternal_signaling_address = {external}"
            if external
            else ""
        ),
    }


def _trunk_out(address: str) -> str:
    """The endpoint through which customers are called, if there is a way out."""
    if not address:
        return ""
    template = PROJECT / "dialplan" / "trunk_out.part"
    return template.read_text(encoding="utf-8").replace("@ADDRESS@", address)


def _link(lib: Path, data: Path) -> None:
    """The data that Asterisk reads beside our own: documentation, declarations."""
    for name in ("documentation", "rest-api"):
        _point(lib / name, data / name)


def _link_sounds(sounds: Path, home: Path) -> None:
    own_folder(home / "sounds" / "zh")
    own_folder(home / "sounds")
    _point(sounds / "ccbot", PROJECT / "dialplan" / "sounds")
    _point(sounds / "ccbot-home", home / "sounds")


def _point(link: Path, target: Path) -> None:
    if link.is_symlink() or link.exists():
        if link.is_symlink() and os.readlink(link) == str(target):
            return
        link.unlink()
    link.symlink_to(target)


def _with_own_name(command: list[str]) -> list[str]:
    """A host whose name does not resolve costs Asterisk 5 s a call: give it one that does."""
    try:
        socket.getaddrinfo(socket.gethostname(), None)
    except OSError:
        if os.geteuid() == 0:
            named = ["sh", "-c", 'hostname localhost; exec "$@"', "sh"]
            return ["unshare", "--uts", *named, *command]
    return command


async def pings(port: int, password: str) -> bool:
    """Whether an Asterisk answers there, and knows this password."""
    token = base64.b64encode(f"ccbot:{password}".encode()).decode()
    headers = {"Authorization": f"Basic {token}"}
    url = f"http://127.0.0.1:{port}/ari/asterisk/ping"
    timeout = aiohttp.ClientTimeout(total=2)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, headers=headers) as session,
            session.get(url) as reply,
        ):
            return reply.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False
