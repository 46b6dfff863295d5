"""Settings: environment variables ``CCBOT_…``, or a ``.env`` file in the project's root.

Each field of ``Settings`` is one variable; ``script/ccbot settings`` lists them from here.
"""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
_ARI_URL = re.compile(r"https?://([^/\s]+@)?[^@/\s]+:[0-9]{1,5}(/.*)?")


class SettingsError(ValueError):
    """A setting cannot be used as it stands; the message says which, why, and what would do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A host address and a port, such as ``127.0.0.1:5060``."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, kw_only=True, slots=True)
class PortRange:
    """Ports from ``first`` to ``last``, both included."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


def _home(text: str) -> Path:
    path = Path(text).expanduser()
    return path if path.is_absolute() else PROJECT / path


def _address(text: str) -> Address:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit() or not 0 <= int(port) <= 65535:
        raise ValueError("must be ADDRESS:PORT, such as 127.0.0.1:5060")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        raise ValueError("must be ADDRESS:PORT, such as 127.0.0.1:5060; no name") from None
    return Address(host=host, port=int(port))


def _ports(text: str) -> PortRange:
    first, dash, last = text.partition("-")
    if not dash or not first.isdigit() or not last.isdigit():
        raise ValueError("must be FIRST-LAST, such as 10000-29999")
    span = PortRange(first=int(first), last=int(last))
    if not 1024 <= span.first < span.last <= 65535:
        raise ValueError("must lie within 1024-65535, first below last")
    return span


def _network(name: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(name, strict=False)
    except ValueError:
        raise ValueError(
            f"{name!r} is no address: such as 203.0.113.7 or 203.0.113.0/24, with commas"
        ) from None


def _networks(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    for name in names:
        network = _network(name)
        if network.version == 4 and ipaddress.ip_address("127.0.0.1") in network:
            raise ValueError("must not contain 127.0.0.1: the browsers' phones come from there")
    return names


class WayOut(str):
    """Where calls to customers leave: a host, perhaps with a port; empty: nowhere."""

    __slots__ = ()


def _way_out(text: str) -> WayOut:
    found = re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:([0-9]{1,5}))?", text)
    if text and (found is None or not 0 < int(found[3] or 5060) <= 65535):
        raise ValueError("must be HOST or HOST:PORT, such as sip.provider.example:5060")
    return WayOut(text)


def _switch(text: str) -> bool:
    if text.lower() not in {"on", "off"}:
        raise ValueError("must be on or off")
    return text.lower() == "on"


def _megabytes(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError("must be a whole number of megabytes, such as 2000")
    return int(text)


class LogForm(str):
    """How log lines look."""

    __slots__ = ()


def _log_form(text: str) -> LogForm:
    if text not in {"text", "json"}:
        raise ValueError("must be text or json")
    return LogForm(text)


def _text(text: str) -> str:
    return text


_READERS = {
    "Path": _home,
    "Address": _address,
    "PortRange": _ports,
    "tuple[str, ...]": _networks,
    "WayOut": _way_out,
    "bool": _switch,
    "int": _megabytes,
    "LogForm": _log_form,
    "str": _text,
}


def _setting(default: str, help_text: str) -> Any:
    return field(metadata={"default": default, "help": help_text})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that is decided outside the routing document."""

    home: Path = _setting("var", "where ccbot keeps its state")
    sip_bind: Address = _setting("127.0.0.1:5060", "where phones and trunks reach Asterisk (UDP)")
    sip_host: str = _setting("", "what phones are told; needed when bound to 0.0.0.0")
    external_address: str = _setting("", "the public address, behind NAT")
    rtp_ports: PortRange = _setting("10000-29999", "UDP ports of the sound")
    trunks: tuple[str, ...] = _setting(
        "127.0.0.2", "addresses that may send customers' calls, with commas"
    )
    trunk_out: WayOut = _setting(
        "", "where calls to customers leave, HOST or HOST:PORT; unset: nobody is called back"
    )
    refer: bool = _setting(
        "off", "take a phone's transfer button (REFER); needs Asterisk 22.11 or later"
    )
    web_bind: Address = _setting("127.0.0.1:8080", "where ccbot's own HTTP listens")
    ari_url: str = _setting(
        "",
        "an Asterisk to use, http://user:password@host:port; unset: a private one; "
        "for `ccbot part`, http://127.0.0.1:PORT: where the private one has its ARI",
    )
    database_url: str = _setting("", "a Postgres to use; unset: a private one")
    company: str = _setting("", "the company's name, for the first routing document")
    speech: bool = _setting("on", "render sentences with the company's and agents' names")
    disk_alarm_mb: int = _setting(
        "2000",
        "with less room for recordings, in MB, /readyz is degraded; with a quarter of it nothing "
        "is recorded; 0: never",
    )
    log: LogForm = _setting("text", "how log lines look: text or json")

    @property
    def sip_address(self) -> str:
        """What a phone enters as its server."""
        host = self.sip_host or self.sip_bind.host
        return host if self.sip_bind.port == 5060 else f"{host}:{self.sip_bind.port}"


def variables() -> list[tuple[str, str, str]]:
    """Every setting as (variable, default, help)."""
    return [
        (f"CCBOT_{f.name.upper()}", f.metadata["default"], f.metadata["help"])
        for f in fields(Settings)
    ]


def read(environment: Mapping[str, str]) -> Settings:
    """Settings from variables; raises ``SettingsError`` with one line that names the variable."""
    values: dict[str, object] = {}
    for spec in fields(Settings):
        variable = f"CCBOT_{spec.name.upper()}"
        text = environment.get(variable, spec.metadata["default"])
        kind = spec.type if isinstance(spec.type, str) else _type_name(spec.type)
        try:
            values[spec.name] = _READERS[kind](text)
        except ValueError as problem:
            raise SettingsError(f"{variable}={text!r}: {problem}") from None
    settings = Settings(**values)  # type: ignore[arg-type]
    if settings.ari_url and not _ARI_URL.fullmatch(settings.ari_url):
        raise SettingsError("CCBOT_ARI_URL: must be http://USER:PASSWORD@HOST:PORT")
    if ipaddress.ip_address(settings.sip_bind.host).is_unspecified and not settings.sip_host:
        raise SettingsError(
            f"CCBOT_SIP_BIND={settings.sip_bind}: also set CCBOT_SIP_HOST to the name or address "
            "that phones should use"
        )
    return settings


def _type_name(kind: object) -> str:
    return getattr(kind, "__name__", str(kind)) if "[" not in str(kind) else str(kind)


def environment(
    variables: Mapping[str, str] = os.environ, project: Path = PROJECT
) -> dict[str, str]:
    """A process's variables over those of its project's ``.env`` file."""
    merged: dict[str, str] = {}
    dotenv = project / ".env"
    if dotenv.is_file():
        for line in dotenv.read_text(encoding="utf-8").splitlines():
            name, equals, value = line.partition("=")
            if equals and not name.lstrip().startswith("#"):
                merged[name.strip()] = value.strip().strip("\"'")
    merged.update(variables)
    return merged


def load() -> Settings:
    """Settings of this process."""
    return read(environment())
