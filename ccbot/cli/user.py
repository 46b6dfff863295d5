"""``user add|list|remove|token``: who may use the API, and supervise."""

import argparse
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

import msgspec

from ccbot.cli import rendering
from ccbot.cli.database import read_settings, with_database
from ccbot.cli.errors import Fault, UsageFault
from ccbot.cli.phones import (
    Account,
    account_of,
    check_groups,
    known_groups,
    new_password,
    print_phone,
)
from ccbot.cli.tables import print_json, print_table
from ccbot.cli.who import who_types
from ccbot.core.ids import GroupKey
from ccbot.core.kinds import Role
from ccbot.settings import Settings
from ccbot.speech.render import Named
from ccbot.store.people import BadAgentError, check_number, digest_secret
from ccbot.store.tokens import new_token
from ccbot.store.users import (
    EVERYWHERE,
    BadUserError,
    NoSuchUserError,
    OwnPhone,
    User,
    Users,
    check_user_name,
)

T = TypeVar("T")

ROLES = tuple(role.value for role in Role if role is not Role.AGENT)


class _View(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown of a user."""

    name: str
    role: Role
    groups: tuple[str, ...]
    phone: str | None
    created_at: datetime


class _Given(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a new user gets."""

    name: str
    role: Role
    groups: tuple[str, ...]
    token: str
    phone: Account | None = None


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``user`` to the command line."""
    parser = commands.add_parser("user", help="who may use the API, and supervise")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add a user and print the token, and his phone's account")
    add.add_argument("name", help="such as 李娜")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument(
        "--groups",
        default="",
        metavar="GROUP,GROUP",
        help="where the role holds; a manager's and an admin's holds in all groups",
    )
    add.add_argument("--phone", metavar="NUMBER", help="a phone of his own, such as 8001")
    add.add_argument(
        "--group",
        action="append",
        default=[],
        metavar="GROUP,GROUP",
        help="his phone also takes these groups' calls; may be given again",
    )
    shown = actions.add_parser("list", help="list all users")
    remove = actions.add_parser("remove", help="remove a user and his phone")
    token = actions.add_parser("token", help="give a user a new token; the old one opens nothing")
    for action in (remove, token):
        action.add_argument("name")
    for action in (add, shown, token):
        action.add_argument("--json", action="store_true", help="print JSON")
    for action, handler in ((add, _add), (shown, _list), (remove, _remove), (token, _token)):
        action.set_defaults(handler=handler)


def _add(arguments: argparse.Namespace) -> int:
    settings, token, password = read_settings(), new_token(), new_password()
    role = Role(arguments.role)
    try:
        name = check_user_name(arguments.name)
        known = known_groups(settings)
        groups = _leads(role, arguments.groups, known)
        serves = check_groups(arguments.group, known)
        phone = _phone(arguments.phone, tuple(serves), password)
        user = _with_users(
            settings,
            lambda users: users.add(name=name, role=role, groups=groups, token=token, phone=phone),
        )
    except (BadUserError, BadAgentError) as problem:
        raise UsageFault(str(problem)) from None
    _print_new(user, token, password, settings, as_json=arguments.json)
    if user.phone is not None:
        rendering.forget_agent(settings.home, user.phone)
        if settings.speech:
            rendering.render_agent(settings, Named(user.phone, user.name))
    return 0


def _list(arguments: argparse.Namespace) -> int:
    users = _with_users(read_settings(), lambda it: it.list())
    if arguments.json:
        print_json([_view(user) for user in users])
    elif users:
        rows = [(u.name, u.role.value, _where(u), u.phone or "") for u in users]
        print_table(("name", "role", "groups", "phone"), rows)
    else:
        print("no users yet: add one with `user add 李娜 --role supervisor --groups service`")
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    user = _of_name(settings, lambda it: it.remove(arguments.name))
    if user.phone is not None:
        rendering.forget_agent(settings.home, user.phone)
    phone = f" with phone {user.phone}" if user.phone else ""
    print(f"user {user.name}{phone} is removed; the audit trail keeps the name")
    return 0


def _token(arguments: argparse.Namespace) -> int:
    token = new_token()
    user = _of_name(read_settings(), lambda it: it.set_token(arguments.name, token))
    if arguments.json:
        print_json({"name": user.name, "token": token})
    else:
        print(f"user {user.name}: the token before opens nothing any more")
        print(f"  token  {token}   (shown once)")
    return 0


def _leads(role: Role, text: str, known: tuple[GroupKey, ...]) -> list[GroupKey]:
    """Where the role holds; empty: in all groups."""
    asked = check_groups([text], known)
    if role in EVERYWHERE:
        return []
    if not asked:
        raise UsageFault(f"--groups: say of which groups he is {role}, such as {','.join(known)}")
    return asked


def _phone(number: str | None, serves: tuple[GroupKey, ...], password: str) -> OwnPhone | None:
    if number is None:
        if serves:
            raise UsageFault("--group is for the user's own phone: say --phone NUMBER, too")
        return None
    check_number(number)
    return OwnPhone(number=number, ha1=digest_secret(number, password), serves=serves)


def _with_users(settings: Settings, work: Callable[[Users], Awaitable[T]]) -> T:
    by = who_types()
    return with_database(settings, lambda pool: work(Users(pool, by)))


def _of_name(settings: Settings, work: Callable[[Users], Awaitable[User]]) -> User:
    try:
        return _with_users(settings, work)
    except NoSuchUserError as problem:
        raise Fault(str(problem)) from None


def _where(user: User) -> str:
    return " ".join(user.groups) or "all"


def _view(user: User) -> _View:
    return _View(
        name=user.name,
        role=user.role,
        groups=user.groups,
        phone=user.phone,
        created_at=user.created_at,
    )


def _print_new(user: User, token: str, password: str, settings: Settings, *, as_json: bool) -> None:
    phone = account_of(user.phone, password, settings) if user.phone else None
    if as_json:
        given = _Given(name=user.name, role=user.role, groups=user.groups, token=token, phone=phone)
        print_json(given)
        return
    print(f"user {user.name} ({user.role} of {_where(user)}): for the API")
    print(f"  token     {token}   (shown once; `user token` gives a new one)")
    if phone is not None:
        print(f"phone {user.phone}:")
        print_phone(phone)
        if user.role is not Role.ADMIN:
            print("be beside a talk with *75 and the agent's number: docs/supervision.md")
