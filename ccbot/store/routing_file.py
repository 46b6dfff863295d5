"""The routing document on disk: ``CCBOT_HOME/routing.yaml``, made from the default one."""

from pathlib import Path

import msgspec
import yaml

from ccbot.core import routing_document
from ccbot.core.routing_document import RoutingDocument

DEFAULT = routing_document.DEFAULT


class RoutingFault(ValueError):  # noqa: N818 - named as what it is
    """The document cannot be used; one line for each fault."""


def parse(text: str, source: str) -> RoutingDocument:
    """The valid document in a YAML text; ``RoutingFault`` names every fault."""
    try:
        document = msgspec.yaml.decode(text.encode(), type=RoutingDocument)
    except yaml.YAMLError as problem:
        raise RoutingFault(f"{source}: no YAML: {' '.join(str(problem).split())}") from None
    except msgspec.ValidationError as problem:
        raise RoutingFault(f"{source}: {problem}") from None
    except msgspec.DecodeError as problem:
        raise RoutingFault(f"{source}: no YAML: {' '.join(str(problem).split())}") from None
    found = list(routing_document.faults(document))
    if found:
        raise RoutingFault("\n".join(f"{source}: {fault}" for fault in found))
    return document


def read(path: Path) -> RoutingDocument:
    """The document in a file."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise RoutingFault(f"{path}: cannot be read: {problem}") from None
    return parse(text, str(path))


def present(home: Path) -> Path:
    """The centre's document; the default one if the centre was never started."""
    own = home / "routing.yaml"
    return own if own.exists() else DEFAULT


def read_or_create(home: Path, company: str) -> RoutingDocument:
    """The centre's document; at the first start the default one, with the company's name in it."""
    path = home / "routing.yaml"
    if not path.exists():
        text = DEFAULT.read_text(encoding="utf-8")
        named = text.replace('company: ""', f"company: {msgspec.json.encode(company).decode()}", 1)
        home.mkdir(parents=True, exist_ok=True)
        path.write_text(named, encoding="utf-8")
    return read(path)
