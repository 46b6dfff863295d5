"""The working copy on disk: ``CCBOT_HOME/routing.yaml``, made from the default document."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from ccbot.core import routing_document
from ccbot.core.routing_document import RoutingDocument
from ccbot.store.routing_text import NoYaml, Text, load

DEFAULT = routing_document.DEFAULT


class RoutingFault(ValueError):  # noqa: N818 - named as what it is
    """The document cannot be used; one line for each fault."""


def parse(text: str, source: str) -> RoutingDocument:
    """The valid document in a YAML text.

    ``RoutingFault`` has a line for each fault: source, line, column, place, what is wrong and how
    to mend it.
    """
    try:
        loaded = load(text)
    except NoYaml as problem:
        at = problem.at
        raise RoutingFault(f"{source}:{at.line}:{at.column}: no YAML: {problem}") from None
    found = routing_document.read_document(loaded.values)
    if found.document is not None:
        return found.document
    raise RoutingFault("\n".join(_placed(loaded, source, found.faults)))


def in_text(text: str, source: str) -> Callable[[list[str]], list[str]]:
    """Puts line and column of a YAML text before notes of the form ``place: …``, in its order."""
    loaded = load(text)
    return lambda notes: _placed(loaded, source, notes)


def _placed(text: Text, source: str, notes: list[str]) -> list[str]:
    placed = sorted((text.mark(one.partition(": ")[0]), one) for one in notes)
    return [f"{source}:{at.line}:{at.column}: {one}" for at, one in placed]


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
