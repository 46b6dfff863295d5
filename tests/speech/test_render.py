"""Sentences become files; what is there already is left alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from ccbot.settings import Settings, read
from ccbot.speech import manifest, render
from ccbot.speech.render import Named, SpeechFault
from tests.speech.engine import Engine

WANG = Named("1001", "王芳")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(read({}), home=tmp_path)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(tmp_path)


def test_only_what_has_other_words_is_rendered_again(settings: Settings, engine: Engine) -> None:
    before = render.own_sentences(settings.home, "远山", [WANG])
    render.speak(settings, render.stale(before))
    assert render.stale(before) == []

    after = render.own_sentences(settings.home, "远山", [Named("1001", "李明")])

    assert [(one.language, one.prompt) for one in render.stale(after)] == [
        ("zh", "greeting.1001.name"),
        ("en", "greeting.1001.name"),
    ]
    assert engine.said().count("\n") == len(before)


def test_another_company_changes_every_sentence_that_names_it(
    settings: Settings, engine: Engine
) -> None:
    render.speak(settings, render.own_sentences(settings.home, "远山", [WANG]))
    after = render.own_sentences(settings.home, "近水", [WANG])

    assert render.stale(after) == after
    assert {one.prompt for one in after} == {
        "welcome.main",
        "greet.neutral",
        "greeting.1001.id",
        "greeting.1001.name",
    }


def test_a_file_that_is_gone_or_another_is_rendered_again(
    settings: Settings, engine: Engine
) -> None:
    wanted = render.own_sentences(settings.home, "", [WANG])
    render.speak(settings, wanted)
    wanted[0].path.unlink()
    wanted[1].path.write_bytes(b"\xd5")

    assert render.stale(wanted) == wanted[:2]


def test_what_nobody_wants_any_more_is_removed(settings: Settings, engine: Engine) -> None:
    render.speak(settings, render.own_sentences(settings.home, "远山", [WANG]))
    voice = settings.home / "sounds/zh/greeting.1001.own.alaw"
    voice.write_bytes(b"\xd5")

    render.forget_unwanted(settings.home, render.own_sentences(settings.home, "", [WANG]))

    left = {path.stem for path in (settings.home / "sounds/zh").glob("*.alaw")}
    assert left == {"greeting.1001.id", "greeting.1001.name", "greeting.1001.own"}
    assert set(manifest.read(settings.home / "sounds/zh")) == left - {"greeting.1001.own"}


def test_what_was_made_before_the_engine_failed_is_kept(settings: Settings, engine: Engine) -> None:
    folder = settings.home / "sounds/zh"

    with pytest.raises(SpeechFault, match="failed at bad: no breath left"):
        render.render(settings, {"good": "好", "bad": "!", "never": "好"}, folder)

    assert list(manifest.read(folder)) == ["good"]


def test_without_an_engine_one_line_says_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccbot.speech.install.PROJECT", settings.home)

    with pytest.raises(SpeechFault, match="no speech engine is installed"):
        render.render(settings, {"bye": "再见。"}, settings.home / "sounds/zh")


def test_notes_that_cannot_be_read_count_as_none(tmp_path: Path) -> None:
    (tmp_path / manifest.NAME).write_text("{")

    assert manifest.read(tmp_path) == {}
