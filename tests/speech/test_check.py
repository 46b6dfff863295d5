"""Prompts that are not as they should be are found, and the project's own are."""

from pathlib import Path

import msgspec
import pytest

from ccbot.core.routing_document import RoutingDocument
from ccbot.phone.alaw import encode, tone
from ccbot.speech import check, own_clip
from ccbot.speech.check import faults
from ccbot.speech.loudness import measure
from ccbot.store.routing_file import DEFAULT, parse

QUIET = b"\xd5"
USUAL_DB = -20.2
GOOD = tone(400, seconds=2.0, level=0.14)


def test_the_projects_own_prompts_are_good(tmp_path: Path) -> None:
    assert list(faults(tmp_path, "", [])) == []


@pytest.mark.parametrize(
    ("sound", "fault"),
    [
        (tone(400, seconds=2.0, level=0.02), "17 dB quieter than the others"),
        (tone(400, seconds=2.0, level=0.5), "11 dB louder than the others"),
        (QUIET * 8_000, "80 dB quieter than the others"),
        (b"", "80 dB quieter than the others"),
        (encode([32_767, -32_767] * 8_000), "clipped at 16000 samples"),
        (QUIET * 8_000 + GOOD, "1.0 s of silence before the first word"),
        (GOOD + QUIET * 12_000, "1.5 s of silence after the last word"),
        (GOOD, None),
    ],
)
def test_what_is_wrong_with_a_sound_is_told(sound: bytes, fault: str | None) -> None:
    told = list(check.sound_faults(measure(sound), USUAL_DB))

    assert told == [] if fault is None else fault in told


def test_each_fault_is_one_line_that_says_how_to_mend_it(tmp_path: Path) -> None:
    own_clip.keep(tmp_path, "bye", "zh", tone(400, seconds=0.4, level=0.14))
    own_clip.keep(tmp_path, "byebye", "zh", GOOD)
    own_clip.keep(tmp_path, "bye", "en", GOOD)

    path = tmp_path / "sounds/uploaded/zh/byebye.alaw"
    assert list(faults(tmp_path, "", [])) == [
        "zh bye: 0.4 s long, but its words take about 2.2 s"
        " (`prompts set bye FILE` with another recording)",
        f"zh byebye: there is no such prompt (remove {path})",
    ]


def test_a_prompt_of_the_routing_document_must_exist(tmp_path: Path) -> None:
    document = parse(DEFAULT.read_text(encoding="utf-8"), "default")
    assert list(check.routing_faults(document, tmp_path)) == []

    raw = msgspec.to_builtins(document)
    raw["entries"]["main"]["prompts"] = ["welcome.mian", "welcome.main"]
    raw["menus"]["main"]["prompt"] = "menu.mine"
    wrong = msgspec.convert(raw, RoutingDocument)

    assert list(check.routing_faults(wrong, tmp_path)) == [
        f"routing: {place}: there is no prompt {prompt!r} (`prompts list` shows all)"
        for place, prompt in (
            ("entries.main.prompts", "welcome.mian"),
            ("menus.main.prompt", "menu.mine"),
        )
    ]
