"""``routing``: the document that says who hears what, and who is asked for whom."""

import argparse
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from ccbot.cli import routing_hours, routing_replay
from ccbot.cli.database import read_settings, running_centre, with_database
from ccbot.cli.errors import Fault, UsageFault
from ccbot.cli.surroundings import around
from ccbot.cli.tables import print_json, print_table
from ccbot.cli.who import one_line, who_types
from ccbot.core import routing_document
from ccbot.core.looks import looks
from ccbot.core.routing_document import Change, RoutingDocument
from ccbot.settings import Settings
from ccbot.store.routing_file import RoutingFault, in_text, parse, present, read, read_text
from ccbot.store.routing_versions import (
    Draft,
    NoSuchVersionError,
    OvertakenError,
    RoutingVersions,
    Version,
)

T = TypeVar("T")


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands."""
    parser = commands.add_parser("routing", help="check, publish and roll back the routing")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    show = actions.add_parser("show", help="print the live document, or an earlier version")
    show.add_argument("version", type=_number, nargs="?")
    show.set_defaults(handler=_show)
    check = actions.add_parser("check", help="say what is wrong with a document")
    check.add_argument("file", type=Path, nargs="?", help="default: CCBOT_HOME/routing.yaml")
    check.set_defaults(handler=_check)
    diff = actions.add_parser("diff", help="what differs, by meaning")
    diff.add_argument("a", nargs="?", help="a version or a file; default: what is live")
    diff.add_argument("b", nargs="?", help="a version or a file; default: the working copy")
    diff.set_defaults(handler=_diff)
    publish = actions.add_parser("publish", help="make a document live")
    publish.add_argument("file", type=Path, nargs="?", help="default: CCBOT_HOME/routing.yaml")
    publish.set_defaults(handler=_publish)
    rollback = actions.add_parser("rollback", help="make an earlier version live again")
    rollback.add_argument("version", type=_number)
    rollback.set_defaults(handler=_rollback)
    for action in (publish, rollback):
        action.add_argument("--why", required=True, metavar="TEXT", help="kept with the version")
        action.add_argument("--by", metavar="NAME", help="who does it; default: the user")
        action.add_argument(
            "--after", type=_number, metavar="VERSION", help="only if this version is still live"
        )
    history = actions.add_parser("history", help="list all versions: who, when and why")
    history.set_defaults(handler=_history)
    for action in (diff, history):
        action.add_argument("--json", action="store_true", help="print JSON")
    routing_hours.register(actions, _named_or_known)
    routing_replay.register(actions, _named_or_working_copy)
    schema = actions.add_parser("schema", help="print the JSON Schema")
    schema.set_defaults(handler=_schema)


def live_document(settings: Settings) -> RoutingDocument:
    """What is live; where nothing was published yet, the working copy."""
    live = _with_versions(settings, lambda versions: versions.live())
    if live is None:
        return _valid(lambda: read(present(settings.home)))
    try:
        return live.document()  # as the centre reads it: another ccbot may have published more
    except msgspec.ValidationError as problem:
        raise Fault(f"version {live.version} cannot be read by this ccbot: {problem}") from None


def known_document(settings: Settings) -> RoutingDocument:
    """What is live; where the centre cannot be asked, the working copy."""
    try:
        return live_document(settings)
    except Fault:
        return _valid(lambda: read(present(settings.home)))


def _show(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    if arguments.version is not None:
        print(_version(settings, arguments.version).yaml, end="")
        return 0
    path = present(settings.home)
    if not settings.database_url and running_centre(settings.home) is None:
        print(f"no centre runs in {settings.home}: this is {path}", file=sys.stderr)
        live = None
    else:
        live = _with_versions(settings, lambda versions: versions.live())
    print(live.yaml if live else _valid(lambda: read_text(path)), end="")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    path: Path = arguments.file or present(settings.home)
    text = _valid(lambda: read_text(path))
    document = _valid(lambda: parse(text, str(path)))
    print(f"{path} is valid: groups {', '.join(document.groups)}")
    _print_looks(settings, document, in_text(text, str(path)))
    return 0


def _diff(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    if arguments.b is None:
        old = live_document(settings)
        new = _named(settings, arguments.a or str(present(settings.home)))
    else:
        old, new = _named(settings, arguments.a), _named(settings, arguments.b)
    found = list(routing_document.changes(old, new))
    if arguments.json:
        print_json(found)
    else:
        _print_changes(found)
    return 0


def _publish(arguments: argparse.Namespace) -> int:
    settings, why = read_settings(), one_line(arguments.why, "--why")
    path: Path = arguments.file or present(settings.home)
    text = _valid(lambda: read_text(path))
    document = _valid(lambda: parse(text, str(path)))
    draft = Draft(yaml=text, document=document, who=who_types(arguments.by), why=why)
    return _go_live(settings, draft, str(path), arguments.after)


def _rollback(arguments: argparse.Namespace) -> int:
    settings, why = read_settings(), one_line(arguments.why, "--why")
    version = _version(settings, arguments.version)
    document = _of(version)
    draft = Draft(
        yaml=version.yaml,
        document=document,
        who=who_types(arguments.by),
        why=why,
        rollback_to=version.version,
    )
    return _go_live(settings, draft, f"version {version.version}", arguments.after)


def _go_live(settings: Settings, draft: Draft, source: str, after: int | None) -> int:
    live = _with_versions(settings, lambda versions: versions.live())
    if live is not None and live.yaml == draft.yaml:
        print(f"nothing to publish: this is version {live.version}, which is live")
        return 0
    before = live.version if live else 0
    if after not in {None, before}:
        live_is = f"version {before} is live" if before else "nothing is live yet"
        raise Fault(f"--after {after}: {live_is}: look at `routing diff`, then publish again")
    if live is not None:
        _print_changes_since(live, draft.document)
    _print_looks(settings, draft.document, in_text(draft.yaml, source))
    try:
        version = _with_versions(settings, lambda it: it.publish(draft, after=before))
    except OvertakenError as problem:
        raise Fault(str(problem)) from None
    print(f"version {version.version} is published; the running centre has it within a second")
    return 0


def _history(arguments: argparse.Namespace) -> int:
    versions = _with_versions(read_settings(), lambda it: it.history())
    if arguments.json:
        print_json(versions)
    elif versions:
        rows = [
            (
                str(one.version),
                f"{one.at:%Y-%m-%d %H:%M:%S}",
                one.who,
                one.why if one.rollback_to is None else f"{one.why} (= {one.rollback_to})",
            )
            for one in versions
        ]
        print_table(("version", "at (UTC)", "who", "why"), rows)
    else:
        print("nothing was published yet: the centre's first start makes version 1")
    return 0


def _schema(_arguments: argparse.Namespace) -> int:
    print(json.dumps(routing_document.schema(), ensure_ascii=False, indent=2))
    return 0


def _print_changes(found: list[Change]) -> None:
    print("\n".join(one.line() for one in found) or "no difference in meaning")


def _print_changes_since(live: Version, document: RoutingDocument) -> None:
    """A live version that this ccbot cannot read any more is no reason to publish nothing."""
    try:
        old = parse(live.yaml, f"version {live.version}")
    except RoutingFault as fault:
        print(f"what differs is not known: {fault}")
    else:
        _print_changes(list(routing_document.changes(old, document)))


def _print_looks(
    settings: Settings, document: RoutingDocument, placed: Callable[[list[str]], list[str]]
) -> None:
    found = placed([*looks(document, around(settings, document.company))])
    if found:
        print("\n".join(["what looks wrong, and refuses nothing:", *found]))


def _named(settings: Settings, name: str) -> RoutingDocument:
    """The document of a version's number, or of a file."""
    if name.isdecimal():
        try:
            return _of(_version(settings, _number(name)))
        except argparse.ArgumentTypeError as problem:
            raise UsageFault(str(problem)) from None
    return _valid(lambda: read(Path(name)))


def _named_or_known(name: str | None) -> RoutingDocument:
    settings = read_settings()
    return known_document(settings) if name is None else _named(settings, name)


def _named_or_working_copy(settings: Settings, name: str | None) -> RoutingDocument:
    return _named(settings, name or str(present(settings.home)))


def _of(version: Version) -> RoutingDocument:
    return _valid(lambda: parse(version.yaml, f"version {version.version}"))


def _version(settings: Settings, number: int) -> Version:
    try:
        return _with_versions(settings, lambda versions: versions.get(number))
    except NoSuchVersionError as problem:
        raise UsageFault(str(problem)) from None


def _with_versions(settings: Settings, work: Callable[[RoutingVersions], Awaitable[T]]) -> T:
    return with_database(settings, lambda pool: work(RoutingVersions(pool)))


def _valid(read_it: Callable[[], T]) -> T:
    try:
        return read_it()
    except RoutingFault as fault:
        raise UsageFault(str(fault)) from None


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 10 or not 0 < int(text) < 2**31:
        raise argparse.ArgumentTypeError(f"{text!r} is no version: `routing history` shows all")
    return int(text)
