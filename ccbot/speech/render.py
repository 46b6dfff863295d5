"""Words to files: the project's prompts, and the sentences that name a company or an agent."""

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from ccbot.settings import PROJECT, Settings, load
from ccbot.speech import catalogue
from ccbot.speech.install import VOICE, engine_folder

RENDER_S_MAX = 600.0
WORKER = Path(__file__).with_name("worker.py")


class SpeechFault(Exception):  # noqa: N818 - named as what it is
    """Nothing could be rendered; the message says why, and what happens instead."""


def render(
    settings: Settings,
    texts: Mapping[str, str],
    folder: Path,
    progress: Callable[[str], None] | None = None,
) -> None:
    """Speak texts (prompt id → words) into ``folder``, one file each."""
    engine = engine_folder(settings)
    if engine is None:
        raise SpeechFault("no speech engine is installed (script/setup does it)")
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [
        json.dumps({"text": text, "file": str(folder / f"{prompt}.alaw")}, ensure_ascii=False)
        for prompt, text in texts.items()
    ]
    argv = [str(engine / "venv" / "bin" / "python"), str(WORKER), str(engine), VOICE]
    done = subprocess.run(
        argv,
        input="\n".join(wanted) + "\n",
        capture_output=True,
        text=True,
        timeout=RENDER_S_MAX,
        check=False,
    )
    spoken = done.stdout.strip().splitlines()
    if done.returncode != 0 or len(spoken) != len(wanted):
        lines = done.stderr.strip().splitlines()
        raise SpeechFault(f"the speech engine failed: {lines[-1] if lines else 'without a word'}")
    if progress is not None:
        for prompt in texts:
            progress(prompt)


def render_agent(number: str, _name: str) -> None:
    """An agent's own greeting with the 工号, into ``CCBOT_HOME/sounds``."""
    settings = load()
    greeting = catalogue.greeting_of(number, _company(settings))
    render(settings, {f"greeting.{number}": greeting}, settings.home / "sounds" / "zh")


def render_company(settings: Settings, company: str) -> None:
    """Every sentence that names the company, into ``CCBOT_HOME/sounds``."""
    texts = {
        prompt: wording.words(company)
        for prompt, wording in catalogue.load().items()
        if wording.names_company
    }
    render(settings, texts, settings.home / "sounds" / "zh")


def render_project(settings: Settings, progress: Callable[[str], None] | None = None) -> None:
    """The whole catalogue without a company, into the project itself."""
    render(settings, catalogue.sentences(""), PROJECT / "dialplan" / "sounds" / "zh", progress)


def _company(settings: Settings) -> str:
    """The company of the running document, or of the settings before the first start."""
    from ccbot.store.routing_file import read  # noqa: PLC0415 - sits beside us in the layers

    path = settings.home / "routing.yaml"
    return read(path).company if path.exists() else settings.company
