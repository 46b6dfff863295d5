"""``agent add|list|show|remove|password``: who answers calls."""

import argparse
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

import msgspec

from ccbot.cli import rendering
from ccbot.cli.database import read_settings, running_centre, with_database
from ccbot.cli.errors import Fault, UsageFault
from ccbot.cli.routing import live_document
from ccbot.cli.tables import print_json, print_table
from ccbot.core.ids import GroupKey
from ccbot.settings import Settings
from ccbot.speech.render import Named
from ccbot.store.people import (
    Agent,
    BadAgentError,
    NoSuchAgentError,
    People,
    account,
    check_name,
    check_number,
    digest_secret,
)

T = TypeVar("T")

PASSWORD_LENGTH = 16
_NO_LOOK_ALIKES = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679"


class _View(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown of an agent."""

    number: str
    name: str
    groups: tuple[str, ...]
    account: str
    test: bool
    created_at: datetime


class _Account(msgspec.Struct, frozen=True, kw_only=True):
    """What a desk phone needs."""

    user: str
    password: str
    server: str


def known_groups(settings: Settings) -> tuple[GroupKey, ...]:
    """The groups that an agent can be of: those of the live routing."""
    return tuple(map(GroupKey, live_document(settings).groups))


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``agent`` to the command line."""
    parser = commands.add_parser("agent", help="who answers calls")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add an agent and print the account of a desk phone")
    add.add_argument("number", help="3 to 6 digits, such as 1001")
    add.add_argument("--name", required=True, help="such as 王芳")
    add.add_argument(
        "--group", required=True, action="append", metavar="GROUP", help="may be given again"
    )
    shown = actions.add_parser("list", help="list all agents")
    one = actions.add_parser("show", help="show one agent")
    remove = actions.add_parser("remove", help="remove an agent; a talk that runs goes on")
    password = actions.add_parser("password", help="give an agent's desk phone a new password")
    for action in (one, remove, password):
        action.add_argument("number")
    for action in (add, shown, one, password):
        action.add_argument("--json", action="store_true", help="print JSON")
    for action, handler in (
        (add, _add),
        (shown, _list),
        (one, _show),
        (remove, _remove),
        (password, _password),
    ):
        action.set_defaults(handler=handler)


def _add(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    password = _new_password()
    try:
        number, name = check_number(arguments.number), check_name(arguments.name)
        groups = _check_groups(arguments.group, known_groups(settings))
        ha1 = digest_secret(number, password)
        agent = _with_people(
            settings, lambda people: people.add(number=number, name=name, groups=groups, ha1=ha1)
        )
    except BadAgentError as problem:
        raise UsageFault(str(problem)) from None
    _print_account(agent, password, settings, as_json=arguments.json)
    rendering.forget_agent(settings.home, number)
    if settings.speech:
        rendering.render_agent(settings, Named(agent.number, agent.name))
    return 0


def _list(arguments: argparse.Namespace) -> int:
    agents = _with_people(read_settings(), lambda people: people.list())
    if arguments.json:
        print_json([_view(agent) for agent in agents])
    elif agents:
        rows = [(a.number, a.name, " ".join(a.groups), "test" if a.test else "") for a in agents]
        print_table(("number", "name", "groups", ""), rows)
    else:
        print("no agents yet: add one with `agent add 1001 --name 王芳 --group service`")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    agent = _of_number(settings, arguments.number, lambda p: p.get(arguments.number))
    if arguments.json:
        print_json(_view(agent))
        return 0
    print_table(
        ("number", agent.number),
        (
            ("name", agent.name),
            ("groups", " ".join(agent.groups)),
            ("account", agent.account),
            ("server", _server(settings)),
            ("since", f"{agent.created_at:%Y-%m-%d %H:%M} UTC"),
        ),
    )
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    agent = _of_number(settings, arguments.number, lambda p: p.remove(arguments.number))
    rendering.forget_agent(settings.home, agent.number)
    print(f"agent {agent.number} ({agent.name}) is removed; the log keeps the number")
    return 0


def _password(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    number, password = arguments.number, _new_password()
    ha1 = digest_secret(number, password)
    agent = _of_number(settings, number, lambda people: people.set_password(number, ha1))
    _print_account(agent, password, settings, as_json=arguments.json)
    return 0


def _with_people(settings: Settings, work: Callable[[People], Awaitable[T]]) -> T:
    return with_database(settings, lambda pool: work(People(pool)))


def _of_number(
    settings: Settings, number: str, work: Callable[[People], Awaitable[Agent]]
) -> Agent:
    try:
        check_number(number)
        return _with_people(settings, work)
    except BadAgentError as problem:
        raise UsageFault(str(problem)) from None
    except NoSuchAgentError as problem:
        raise Fault(str(problem)) from None


def _check_groups(asked: list[str], known: tuple[GroupKey, ...]) -> list[str]:
    for group in asked:
        if group not in known:
            raise UsageFault(f"there is no group {group!r}: the groups are {', '.join(known)}")
    return list(dict.fromkeys(asked))


def _new_password() -> str:
    return "".join(secrets.choice(_NO_LOOK_ALIKES) for _ in range(PASSWORD_LENGTH))


def _server(settings: Settings) -> str:
    centre = running_centre(settings.home)
    return (centre.sip_address if centre else "") or settings.sip_address


def _view(agent: Agent) -> _View:
    return _View(
        number=agent.number,
        name=agent.name,
        groups=agent.groups,
        account=agent.account,
        test=agent.test,
        created_at=agent.created_at,
    )


def _print_account(agent: Agent, password: str, settings: Settings, *, as_json: bool) -> None:
    phone = _Account(user=account(agent.number), password=password, server=_server(settings))
    if as_json:
        print_json(phone)
        return
    print(f"agent {agent.number} ({agent.name}; {', '.join(agent.groups)}): desk phone")
    print(f"  user      {phone.user}")
    print(f"  password  {phone.password}   (shown once; `agent password` gives a new one)")
    print(f"  server    {phone.server}   (UDP)")
    print("sign in with *71, pause with *72, sign out with *73, end wrap-up with *74")
