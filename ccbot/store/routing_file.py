"""The working copy on disk: ``CCBOT_HOME/routing.yaml``, made from the default document."""

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
    return parse(read_text(path), str(path))


def read_text(path: Path) -> str:
    """The text of a file."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise RoutingFault(f"{path}: cannot be read: {problem}") from None


def working_copy(home: Path) -> Path:
    """The file to edit; what is live is the last version that was published."""
    return home / "routing.yaml"


def present(home: Path) -> Path:
    """The working copy; the default document if the centre was never started."""
    own = working_copy(home)
    return own if own.exists() else DEFAULT


def read_or_create(home: Path, company: str) -> RoutingDocument:
    """The working copy; at the first start the default one, with the company's name in it."""
    path = working_copy(home)
    if not path.exists():
        text = DEFAULT.read_text(encoding="utf-8")
        named = text.replace('company: ""', f"company: {msgspec.json.encode(company).decode()}", 1)
        home.mkdir(parents=True, exist_ok=True)
        path.write_text(named, encoding="utf-8")
    return read(path)
