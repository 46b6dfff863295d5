"""Who types: what a command leaves behind bears this name."""

import getpass
import os

from ccbot.cli.errors import UsageFault
from ccbot.core import wording
from ccbot.core.wording import BadWordsError


def who_types(by: str | None = None) -> str:
    """``--by``, if it was given; else the system's user, also behind sudo."""
    if by is not None:
        return one_line(by, "--by")
    return one_line(os.environ.get("SUDO_USER") or _user(), "the user's name")


def one_line(text: str, option: str) -> str:
    """Words in one line; they are kept for ever."""
    try:
        return wording.one_line(text, option)
    except BadWordsError as problem:
        raise UsageFault(str(problem)) from None


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise UsageFault("the system has no name for this user: say --by NAME") from None
