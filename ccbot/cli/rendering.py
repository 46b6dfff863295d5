"""``prompts render``, and an agent's greetings at ``agent add``."""

import argparse
import sys
from pathlib import Path

from ccbot.cli.database import with_database
from ccbot.cli.errors import Fault, UsageFault
from ccbot.cli.routing import known_document
from ccbot.settings import Settings, load
from ccbot.speech import render
from ccbot.speech.catalogue import LANGUAGES
from ccbot.speech.render import Named, Sentence, SpeechFault
from ccbot.store.people import People
from ccbot.store.routing_file import working_copy


def register(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``prompts render``."""
    parser.add_argument("prompts", nargs="*", metavar="ID", help="these, even if nothing changed")
    parser.add_argument("--language", choices=LANGUAGES, help="this language alone")
    parser.add_argument(
        "--own", action="store_true", help="only what names this company and its agents"
    )
    parser.set_defaults(handler=_render)


def company_of(settings: Settings) -> str:
    """The company of the live document, or of the settings before the first start."""
    if not working_copy(settings.home).exists():
        return settings.company
    try:
        return known_document(settings).company
    except UsageFault as fault:
        raise Fault(f"the routing document cannot be used: {fault}") from None


def staff_of(settings: Settings) -> list[Named]:
    """All agents but those of test calls, whose numbers are lent anew each time."""
    agents = with_database(settings, lambda pool: People(pool).list())
    return [Named(agent.number, agent.name) for agent in agents if not agent.test]


def own_sentences(settings: Settings, company: str) -> tuple[list[Sentence], bool]:
    """What names this company and its agents; without Postgres the company alone, and False."""
    try:
        staff = staff_of(settings)
    except Fault as fault:
        warn(f"agents' greetings are left out: {fault}")
        return render.own_sentences(settings.home, company, []), False
    return render.own_sentences(settings.home, company, staff), True


def _render(arguments: argparse.Namespace) -> int:
    settings = load()
    company = company_of(settings)
    wanted, is_whole = own_sentences(settings, company)
    if is_whole:
        render.forget_unwanted(settings.home, wanted)
    if not arguments.own:
        wanted += render.project_sentences()
    asked: set[str] = set(arguments.prompts)
    for prompt in sorted(asked - {one.prompt for one in wanted}):
        raise UsageFault(f"there are no words for {prompt!r}: `prompts list` shows all ids")
    if arguments.language:
        wanted = [one for one in wanted if one.language == arguments.language]
    wanted = [one for one in wanted if one.prompt in asked] if asked else render.stale(wanted)
    if not wanted:
        print("nothing to render")
        return 0
    _speak(settings, wanted)
    return 0


def _speak(settings: Settings, wanted: list[Sentence]) -> None:
    try:
        render.speak(settings, wanted, lambda line: print(line, flush=True))
    except SpeechFault as fault:
        raise Fault(str(fault)) from None
    except OSError as problem:
        raise Fault(f"{problem.filename} cannot be written: {problem.strerror}") from None


def render_agent(settings: Settings, agent: Named) -> None:
    """The agent's own greetings; without a speech engine neutral ones serve."""
    try:
        render.render_agent(settings, company_of(settings), agent)
    except (SpeechFault, Fault, OSError) as problem:
        why = " ".join(str(problem).split())
        warn(f"no greeting of his own was rendered ({why})")


def forget_agent(home: Path, number: str) -> None:
    """The greetings of whoever had this number before: another must not be announced by them."""
    for path in (home / "sounds").glob(f"*/greeting.{number}.*.alaw"):
        path.unlink(missing_ok=True)


def warn(line: str) -> None:
    """One line on standard error."""
    print(f"warning: {line}", file=sys.stderr)
