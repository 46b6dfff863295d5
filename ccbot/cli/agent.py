"""``agent add|list|show|remove|password|token``: who answers calls."""

import argparse
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

import msgspec

from ccbot.cli import rendering
from ccbot.cli.database import read_settings, with_database
from ccbot.cli.errors import Fault, UsageFault
from ccbot.cli.phones import check_groups, known_groups, new_password, print_account, server
from ccbot.cli.tables import print_json, print_table
from ccbot.cli.who import who_types
from ccbot.core.kinds import Role
from ccbot.settings import Settings
from ccbot.speech.render import Named
from ccbot.store.people import (
    Agent,
    BadAgentError,
    NoSuchAgentError,
    People,
    check_name,
    check_number,
    digest_secret,
)
from ccbot.store.tokens import new_token

T = TypeVar("T")


class _View(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is shown of an agent."""

    number: str
    name: str
    groups: tuple[str, ...]
    account: str
    test: bool
    created_at: datetime
    role: Role = Role.AGENT
    leads: tuple[str, ...] = ()


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``agent`` to the command line."""
    parser = commands.add_parser("agent", help="who answers calls")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add an agent and print the account of a desk phone")
    add.add_argument("number", help="3 to 6 digits, such as 1001")
    add.add_argument("--name", required=True, help="such as 王芳")
    add.add_argument(
        "--group",
        required=True,
        action="append",
        metavar="GROUP,GROUP",
        help="whose calls he takes; may be given again",
    )
    shown = actions.add_parser("list", help="list all agents")
    one = actions.add_parser("show", help="show one agent")
    remove = actions.add_parser("remove", help="remove an agent; a talk that runs goes on")
    password = actions.add_parser("password", help="give an agent's desk phone a new password")
    token = actions.add_parser("token", help="give an agent a token of his own for the API")
    for action in (one, remove, password, token):
        action.add_argument("number")
    for action in (add, shown, one, password, token):
        action.add_argument("--json", action="store_true", help="print JSON")
    for action, handler in (
        (add, _add),
        (shown, _list),
        (one, _show),
        (remove, _remove),
        (password, _password),
        (token, _token),
    ):
        action.set_defaults(handler=handler)


def _add(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    password = new_password()
    try:
        number, name = check_number(arguments.number), check_name(arguments.name)
        known = known_groups(settings)
        groups = check_groups(arguments.group, known)
        if not groups:
            raise UsageFault(f"--group: say whose calls he takes, such as {','.join(known)}")
        ha1 = digest_secret(number, password)
        agent = _with_people(
            settings, lambda people: people.add(number=number, name=name, groups=groups, ha1=ha1)
        )
    except BadAgentError as problem:
        raise UsageFault(str(problem)) from None
    print_account(agent, password, settings, as_json=arguments.json)
    rendering.forget_agent(settings.home, number)
    if settings.speech:
        rendering.render_agent(settings, Named(agent.number, agent.name))
    return 0


def _list(arguments: argparse.Namespace) -> int:
    agents = _with_people(read_settings(), lambda people: people.list())
    if arguments.json:
        print_json([_view(agent) for agent in agents])
    elif agents:
        rows = [(a.number, a.name, " ".join(a.groups), _what(a)) for a in agents]
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
            ("role", _what(agent) or agent.role.value),
            ("account", agent.account),
            ("server", server(settings)),
            ("since", f"{agent.created_at:%Y-%m-%d %H:%M} UTC"),
        ),
    )
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    agent = _of_number(settings, arguments.number, lambda p: p.get(arguments.number))
    _not_of_a_user(agent, "user remove")
    agent = _of_number(settings, agent.number, lambda p: p.remove(agent.number))
    rendering.forget_agent(settings.home, agent.number)
    print(f"agent {agent.number} ({agent.name}) is removed; the log keeps the number")
    return 0


def _password(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    number, password = arguments.number, new_password()
    ha1 = digest_secret(number, password)
    agent = _of_number(settings, number, lambda people: people.set_password(number, ha1))
    print_account(agent, password, settings, as_json=arguments.json)
    return 0


def _token(arguments: argparse.Namespace) -> int:
    settings, number, token = read_settings(), arguments.number, new_token()
    _not_of_a_user(_of_number(settings, number, lambda people: people.get(number)), "user token")
    agent = _of_number(settings, number, lambda people: people.set_token(number, token))
    if arguments.json:
        print_json({"agent": agent.number, "token": token})
    else:
        print(f"agent {agent.number} ({agent.name}): for the API; a token before opens nothing")
        print(f"  token  {token}   (shown once)")
    return 0


def _not_of_a_user(agent: Agent, instead: str) -> None:
    if agent.role is not Role.AGENT:
        raise UsageFault(f"{agent.number} is the phone of user {agent.name!r}: use `{instead}`")


def _with_people(settings: Settings, work: Callable[[People], Awaitable[T]]) -> T:
    by = who_types()
    return with_database(settings, lambda pool: work(People(pool, by)))


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


def _what(agent: Agent) -> str:
    """What sets him apart from others."""
    if agent.test:
        return "test"
    return "" if agent.role is Role.AGENT else f"{agent.role} of {' '.join(agent.leads) or 'all'}"


def _view(agent: Agent) -> _View:
    return _View(
        number=agent.number,
        name=agent.name,
        groups=agent.groups,
        account=agent.account,
        role=agent.role,
        leads=agent.leads,
        test=agent.test,
        created_at=agent.created_at,
    )
