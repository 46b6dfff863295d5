"""Looks at the processes of this machine: who listens where, and which centres run."""

import os
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

from ccbot.doctor.network import Neighbour, Port
from ccbot.settings import PROJECT, Address, Settings, environment, read

PROC = Path("/proc")
COMMAND_CHARACTERS_MAX = 60
TABLES = {socket.SOCK_DGRAM: ("udp", "udp6"), socket.SOCK_STREAM: ("tcp", "tcp6")}
LISTENING = "0A"


def centres() -> list[Neighbour]:
    """The centres that run here, as far as we may look."""
    return [one for process in _processes() if (one := _centre(process)) is not None]


def port(settings: Settings, kind: socket.SocketKind, found: list[Neighbour]) -> Port:
    """One of the two addresses where the centre listens: SIP by UDP, the web by TCP."""
    udp = kind is socket.SOCK_DGRAM
    address = settings.sip_bind if udp else settings.web_bind
    problem = _problem(address, kind)
    holder = _holder(address.port, kind) if problem else None
    own = {one.pid for one in found if one.home == settings.home}
    return Port(
        address=address,
        transport="UDP" if udp else "TCP",
        variable="CCBOT_SIP_BIND" if udp else "CCBOT_WEB_BIND",
        problem=problem,
        holder=_told(holder) if holder else "",
        ours=holder is not None
        and (int(holder.name) in own or f"{settings.home}/" in " ".join(_words(holder))),
    )


def holder_of(address: Address) -> int | None:
    """The process that listens for SIP there; None if there is none, or it cannot be seen."""
    holder = _holder(address.port, socket.SOCK_DGRAM)
    return int(holder.name) if holder else None


def _problem(address: Address, kind: socket.SocketKind) -> str:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as problem:
            return problem.strerror or str(problem)
    return ""


def _holder(number: int, kind: socket.SocketKind) -> Path | None:
    inodes = set(_inodes(number, kind))
    for process in _processes():
        try:
            for descriptor in (process / "fd").iterdir():
                if os.readlink(descriptor) in inodes:
                    return process
        except OSError:
            continue
    return None


def _inodes(number: int, kind: socket.SocketKind) -> Iterator[str]:
    for table in TABLES[kind]:
        try:
            lines = (PROC / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            words = line.split()
            here = int(words[1].rpartition(":")[2], 16)
            if here == number and (kind is socket.SOCK_DGRAM or words[3] == LISTENING):
                yield f"socket:[{words[9]}]"


def _processes() -> Iterator[Path]:
    return PROC.glob("[0-9]*")


def _words(process: Path) -> list[str]:
    try:
        return (process / "cmdline").read_text(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return []


def _told(process: Path) -> str:
    command = " ".join(_words(process))
    short = command[:COMMAND_CHARACTERS_MAX] + ("…" if command[COMMAND_CHARACTERS_MAX:] else "")
    return f"process {process.name} ({short})"


def _centre(process: Path) -> Neighbour | None:
    words = _words(process)
    if words[1:3] != ["-m", "ccbot"]:
        return None
    part = "serve" if words[3:] == ["part", "ccbot"] else "".join(words[3:4])
    if part not in {"up", "serve"}:
        return None
    try:
        lines = (process / "environ").read_text(errors="replace").split("\0")
        variables = dict(line.split("=", 1) for line in lines if "=" in line)
        settings = read(_own_variables(variables, (process / "cwd").readlink()))
    except (OSError, ValueError):
        return None  # it ended meanwhile, is not ours to look at, or has no settings of ours
    return Neighbour(
        pid=int(process.name),
        part=part,
        home=settings.home,
        rtp_ports=settings.rtp_ports,
        sip_bind=settings.sip_bind,
        web_bind=settings.web_bind,
    )


def _own_variables(variables: Mapping[str, str], started_in: Path) -> dict[str, str]:
    """The settings of a centre, which may have a project, and so a ``.env``, of its own."""
    places = [*map(Path, variables.get("PYTHONPATH", "").split(os.pathsep)), started_in, PROJECT]
    project = next(place for place in places if (place / "ccbot" / "settings.py").is_file())
    merged = environment(variables, project)
    return {**merged, "CCBOT_HOME": str(project / merged.get("CCBOT_HOME", "var"))}
