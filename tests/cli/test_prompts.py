"""Prompts are listed, rendered, checked and replaced."""

from pathlib import Path

import pytest

from ccbot.settings import load
from ccbot.speech import render
from tests.cli.conftest import Run
from tests.speech.engine import Engine
from tests.speech.waves import buzz, write

WANG = ("agent", "add", "1001", "--name", "王芳", "--group", "service")


@pytest.fixture
def recording(tmp_path: Path) -> str:
    """An admin's own farewell."""
    return str(write(tmp_path / "own.wav", buzz(16_000, 2.0), 16_000))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's sounds lie elsewhere, lest a test change them."""
    monkeypatch.setattr(render, "PROJECT_SOUNDS", tmp_path / "project")
    return tmp_path / "project"


def test_all_prompts_are_listed_with_where_they_come_from(
    run_anywhere: Run, recording: str
) -> None:
    run_anywhere("prompts", "set", "bye", recording, "--language", "en")
    listed = run_anywhere("prompts", "list", "--json").json
    assert isinstance(listed, list)
    of_bye = {
        one["language"]: (one["source"], one["length_s"])
        for one in listed
        if one["prompt"] == "bye"
    }
    assert of_bye["zh"][0] == "project"
    assert of_bye["en"] == ("uploaded", pytest.approx(2.3, abs=0.1))
    assert "bye " in run_anywhere("prompts", "list").out


def test_a_recording_is_set_and_unset(run_anywhere: Run, recording: str, home: Path) -> None:
    done = run_anywhere("prompts", "set", "bye", recording)
    assert (done.status, done.out) == (0, "bye (zh) is your recording now, 2.3 s\n")
    assert (home / "sounds/uploaded/zh/bye.alaw").exists()
    assert run_anywhere("prompts", "unset", "bye").out == "bye (zh) is the house's own again\n"
    assert "has no recording of yours" in run_anywhere("prompts", "unset", "bye").refused(2)


def test_what_cannot_be_set_is_refused(run_anywhere: Run, recording: str, home: Path) -> None:
    assert "no prompt 'good.bye'" in run_anywhere("prompts", "set", "good.bye", recording).refused(
        2
    )
    assert "no prompt '../bye'" in run_anywhere("prompts", "set", "../bye", recording).refused(2)
    missing = str(home / "missing.wav")
    assert "cannot be read" in run_anywhere("prompts", "set", "bye", missing).refused(2)


def test_check_fails_when_something_is_wrong(run: Run, home: Path) -> None:
    good = run("prompts", "check")
    assert (good.status, good.out) == (0, "all prompts are good\n")
    (home / "routing.yaml").write_text("company: 远山\n")
    bad = run("prompts", "check")
    assert bad.status == 1


def test_render_makes_what_is_missing_and_nothing_twice(
    run: Run, home: Path, project: Path
) -> None:
    engine = Engine(home)
    run(*WANG)
    done = run("prompts", "render", "--own")
    assert done.out.splitlines() == [
        "zh greeting.1001.id",
        "zh greeting.1001.name",
        "en greeting.1001.id",
        "en greeting.1001.name",
    ]
    assert run("prompts", "render", "--own").out == "nothing to render\n"
    assert engine.said().count("\n") == 4
    assert not project.exists()


def test_one_prompt_is_rendered_again_on_demand(run: Run, home: Path, project: Path) -> None:
    Engine(home)
    done = run("prompts", "render", "bye", "--language", "en")
    assert done.out == "en bye\n"
    assert run("prompts", "render", "bye", "--language", "en").out == "en bye\n"
    assert (project / "en/bye.alaw").exists()
    assert "no words for 'bey'" in run("prompts", "render", "bey").refused(2)


def test_render_goes_on_without_postgres(
    run_anywhere: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Engine(home)
    monkeypatch.setenv("CCBOT_COMPANY", "远山")
    done = run_anywhere("prompts", "render", "--own")
    assert done.status == 0
    assert "zh welcome.main" in done.out.splitlines()
    assert done.err.startswith("warning: agents' greetings are left out: ")


def test_greetings_of_agents_who_left_are_removed(run: Run, home: Path) -> None:
    engine = Engine(home)
    run(*WANG)
    run("prompts", "render", "--own")
    left = home / "sounds/zh/greeting.2002.name.alaw"
    former = render.Sentence("greeting.2002.name", "我是李明", left.parent)
    render.speak(load(), [former])
    assert left.exists()
    run("prompts", "render", "--own")
    assert not left.exists()
    assert engine.said().count("\n") == 5
