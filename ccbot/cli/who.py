"""Who types: what a command leaves behind bears this name."""

import getpass
import os

from ccbot.cli.errors import UsageFault

WORDS_CHARS_MAX = 500


def who_types(by: str | None = None) -> str:
    """``--by``, if it was given; else the system's user, also behind sudo."""
    if by is not None:
        return one_line(by, "--by")
    return one_line(os.environ.get("SUDO_USER") or _user(), "the user's name")


def one_line(text: str, option: str) -> str:
    """Words in one line; they are kept for ever."""
    words = " ".join(text.split())
    if not words:
        raise UsageFault(f"{option}: is empty")
    if not words.isprintable():
        raise UsageFault(f"{option}: has characters that cannot be printed")
    if len(words) > WORDS_CHARS_MAX:
        raise UsageFault(f"{option}: is longer than {WORDS_CHARS_MAX} characters")
    return words


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise UsageFault("the system has no name for this user: say --by NAME") from None
