"""``prompts``: what the hotline says."""

import argparse
from typing import TYPE_CHECKING

from ccbot import settings
from ccbot.speech.prompt_files import Library

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def register(commands: "Commands") -> None:
    """Add the commands."""
    parser = commands.add_parser("prompts", help="list the recorded prompts")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="every prompt that has a file, and its length")
    listing.set_defaults(handler=_list)


def _list(_arguments: argparse.Namespace) -> int:
    home = settings.load().home
    folders = (settings.PROJECT / "dialplan" / "sounds", home / "sounds")
    library = Library(*folders)
    names = {path.stem for folder in folders for path in (folder / "zh").glob("*.alaw")}
    for clip in filter(None, map(library.find, sorted(names))):
        print(f"{clip.prompt:28} {clip.duration_s:6.2f} s  {clip.media}")
    return 0
