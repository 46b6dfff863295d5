"""Every recorded file there is: its prompt, its language, and where it comes from."""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from ccbot.settings import PROJECT
from ccbot.speech import beep, catalogue
from ccbot.speech.prompt_files import UPLOADED

GREETING: Final = re.compile(r"greeting\.[0-9]{3,6}\.(id|name|own)")
"""An agent's greeting: by 工号, by name, or in the agent's own voice."""


class Source(StrEnum):
    """Where a file comes from."""

    UPLOADED = "uploaded"
    AGENT = "agent"
    COMPANY = "company"
    PROJECT = "project"


class File(NamedTuple):
    """One recorded file."""

    prompt: str
    language: str
    source: Source
    path: Path


def files(home: Path) -> Iterator[File]:
    """All of them, those that are played in another's place first."""
    for language in catalogue.LANGUAGES:
        yield from _of(home / "sounds" / UPLOADED / language, Source.UPLOADED)
        yield from _of(home / "sounds" / language, Source.COMPANY)
        yield from _of(PROJECT / "dialplan" / "sounds" / language, Source.PROJECT)


def _of(folder: Path, source: Source) -> Iterator[File]:
    for path in sorted(folder.glob("*.alaw")):
        # A name that begins with a dot is a file that is being made.
        if path.name.startswith("."):
            continue
        is_agents = source is Source.COMPANY and path.name.startswith("greeting.")
        yield File(path.stem, folder.name, Source.AGENT if is_agents else source, path)


def heard(home: Path) -> dict[tuple[str, str], File]:
    """Prompt and language → the file that is played."""
    found: dict[tuple[str, str], File] = {}
    for file in files(home):
        found.setdefault((file.prompt, file.language), file)
    return found


def is_known(prompt: str) -> bool:
    """Whether the centre ever asks for this id."""
    if prompt == beep.PROMPT or GREETING.fullmatch(prompt):
        return True
    return prompt in catalogue.sentences("")
