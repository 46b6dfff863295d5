"""``prompts list|render|check|set|unset``: what the hotline says."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ccbot import settings
from ccbot.cli import rendering
from ccbot.cli.errors import UsageFault
from ccbot.cli.routing import known_document
from ccbot.cli.tables import print_json, print_table
from ccbot.speech import check, own_clip
from ccbot.speech.catalogue import LANGUAGES
from ccbot.speech.own_clip import ClipFault
from ccbot.speech.places import File, heard, is_known
from ccbot.speech.prompt_files import BYTES_A_SECOND, MANDARIN

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


class _View(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown of one recording."""

    prompt: str
    language: str
    length_s: float
    source: str
    file: str


def register(commands: "Commands") -> None:
    """Add the commands."""
    parser = commands.add_parser("prompts", help="list, render, check or replace the prompts")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="every prompt, its languages, and where from")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(handler=_list)
    rendering.register(actions.add_parser("render", help="speak what is missing or has changed"))
    checking = actions.add_parser("check", help="say what is wrong with the prompts")
    checking.add_argument("--json", action="store_true", help="print JSON")
    checking.set_defaults(handler=_check)
    setting = actions.add_parser("set", help="use a recording of your own for a prompt")
    setting.add_argument("prompt", metavar="ID")
    setting.add_argument("file", type=Path, help="WAV, 8 to 48 kHz")
    unsetting = actions.add_parser("unset", help="go back from your own recording")
    unsetting.add_argument("prompt", metavar="ID")
    for action, handler in ((setting, _set), (unsetting, _unset)):
        action.add_argument("--language", choices=LANGUAGES, default=MANDARIN)
        action.set_defaults(handler=handler)


def _list(arguments: argparse.Namespace) -> int:
    found = [_view(file) for _, file in sorted(heard(settings.load().home).items())]
    if arguments.json:
        print_json(found)
        return 0
    rows = []
    for prompt in dict.fromkeys(one.prompt for one in found):
        of_prompt = [one for one in found if one.prompt == prompt]
        lengths = {one.language: f"{one.length_s:.2f} s" for one in of_prompt}
        sources = dict.fromkeys(one.source for one in of_prompt)
        rows.append((prompt, *(lengths.get(one, "") for one in LANGUAGES), ", ".join(sources)))
    print_table(("prompt", *LANGUAGES, "from"), rows)
    return 0


def _view(file: File) -> _View:
    return _View(
        prompt=file.prompt,
        language=file.language,
        length_s=round(file.path.stat().st_size / BYTES_A_SECOND, 3),
        source=file.source,
        file=str(file.path),
    )


def _check(arguments: argparse.Namespace) -> int:
    here = settings.load()
    company = rendering.company_of(here)
    own, _ = rendering.own_sentences(here, company)
    found = list(check.faults(here.home, company, own))
    try:
        found += check.routing_faults(known_document(here), here.home)
    except UsageFault as fault:
        found += str(fault).splitlines()
    if arguments.json:
        print_json(found)
    else:
        print("\n".join(found) or "all prompts are good")
    return 1 if found else 0


def _set(arguments: argparse.Namespace) -> int:
    _known(arguments.prompt)
    home = settings.load().home
    try:
        sound = own_clip.convert(arguments.file, arguments.prompt, arguments.language)
    except ClipFault as fault:
        raise UsageFault(str(fault)) from None
    own_clip.keep(home, arguments.prompt, arguments.language, sound)
    length_s = len(sound) / BYTES_A_SECOND
    print(f"{arguments.prompt} ({arguments.language}) is your recording now, {length_s:.1f} s")
    return 0


def _unset(arguments: argparse.Namespace) -> int:
    _known(arguments.prompt)
    if not own_clip.remove(settings.load().home, arguments.prompt, arguments.language):
        what = f"{arguments.prompt} ({arguments.language})"
        raise UsageFault(f"{what} has no recording of yours: `prompts list` shows which have")
    print(f"{arguments.prompt} ({arguments.language}) is the house's own again")
    return 0


def _known(prompt: str) -> None:
    if not is_known(prompt):
        raise UsageFault(f"there is no prompt {prompt!r}: `prompts list` shows all ids")
