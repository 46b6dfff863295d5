"""Accounts of desk phones, as ``agent`` and ``user`` give them out."""

import secrets

import msgspec

from ccbot.cli.database import running_centre
from ccbot.cli.errors import UsageFault
from ccbot.cli.routing import live_document
from ccbot.cli.tables import print_json
from ccbot.core.ids import GroupKey
from ccbot.settings import Settings
from ccbot.store.people import Agent, account

PASSWORD_LENGTH = 16
_NO_LOOK_ALIKES = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679"


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What a desk phone needs."""

    user: str
    password: str
    server: str


def known_groups(settings: Settings) -> tuple[GroupKey, ...]:
    """The groups that somebody can be of: those of the live routing."""
    return tuple(map(GroupKey, live_document(settings).groups))


def check_groups(asked: list[str], known: tuple[GroupKey, ...]) -> list[GroupKey]:
    """Each of them once, several in one word with commas; ``UsageFault`` if one is none."""
    names = [name for word in asked for part in word.split(",") if (name := part.strip())]
    for group in names:
        if group not in known:
            raise UsageFault(f"there is no group {group!r}: the groups are {', '.join(known)}")
    return [GroupKey(group) for group in dict.fromkeys(names)]


def new_password() -> str:
    """A password that is read out without mistakes."""
    return "".join(secrets.choice(_NO_LOOK_ALIKES) for _ in range(PASSWORD_LENGTH))


def server(settings: Settings) -> str:
    """Where the phone registers."""
    centre = running_centre(settings.home)
    return (centre.sip_address if centre else "") or settings.sip_address


def account_of(number: str, password: str, settings: Settings) -> Account:
    """What to enter into the phone."""
    return Account(user=account(number), password=password, server=server(settings))


def print_account(agent: Agent, password: str, settings: Settings, *, as_json: bool) -> None:
    """An agent's phone; the password is shown this once."""
    phone = account_of(agent.number, password, settings)
    if as_json:
        print_json(phone)
        return
    groups = f"; {', '.join(agent.groups)}" if agent.groups else ""
    print(f"agent {agent.number} ({agent.name}{groups}): desk phone")
    print_phone(phone)


def print_phone(phone: Account) -> None:
    """The lines of a phone's account."""
    print(f"  user      {phone.user}")
    print(f"  password  {phone.password}   (shown once; `agent password` gives a new one)")
    print(f"  server    {phone.server}   (UDP)")
    print("sign in with *71, pause with *72, sign out with *73, end wrap-up with *74")
