"""Settings and words that cannot be used: one line that says which, why, and what would do."""

import json
import subprocess

import pytest

from ccbot.settings import PROJECT
from tests.cli.conftest import Run


def test_settings_tell_their_values_but_no_login(
    run_anywhere: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCBOT_ARI_URL", "http://ccbot:secret@127.0.0.1:8088")
    done = run_anywhere("settings", "--json")
    rows = {row["variable"]: row for row in json.loads(done.out)}
    assert rows["CCBOT_RTP_PORTS"]["value"] == "10000-29999"
    assert "secret" not in done.out


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CCBOT_SIP_BIND", "5060"),
        ("CCBOT_SIP_BIND", "0.0.0.0:5060"),
        ("CCBOT_RTP_PORTS", "20000-10000"),
        ("CCBOT_TRUNKS", "127.0.0.0/8"),
        ("CCBOT_TRUNKS", "provider.example"),
        ("CCBOT_WEB_BIND", "localhost:8080"),
        ("CCBOT_SPEECH", "maybe"),
        ("CCBOT_LOG", "xml"),
        ("CCBOT_ARI_URL", "ccbot:secret@127.0.0.1"),
        ("CCBOT_ARI_URL", "http://ccbot:secret@127.0.0.1"),
        ("CCBOT_TRUNK_OUT", "sip.provider.example:99999"),
        ("CCBOT_TRUNK_OUT", "two words"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_line(
    run_anywhere: Run, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    line = run_anywhere("settings").refused(2)
    assert variable in line
    assert "secret" not in line


@pytest.mark.parametrize("words", [("call",), ("bench",), ("database",)])
def test_without_a_running_centre_it_says_how_to_start_one(
    run_anywhere: Run, words: tuple[str, ...]
) -> None:
    assert "script/up" in run_anywhere(*words).refused(1)


@pytest.mark.parametrize(
    "words",
    [
        ("call", "--key", "x"),
        ("call", "--talk", "0"),
        ("call", "--dialled", "a"),
        ("bench", "--calls", "0"),
    ],
)
def test_a_test_call_with_bad_input_is_refused(run_anywhere: Run, words: tuple[str, ...]) -> None:
    assert words[1] in run_anywhere(*words).refused(2)


def test_script_up_says_what_it_does_and_starts_nothing() -> None:
    up = PROJECT / "script" / "up"
    told = subprocess.run([up, "--help"], capture_output=True, text=True, timeout=10, check=True)
    assert "runs the whole centre" in told.stdout
    done = subprocess.run([up, "now"], capture_output=True, text=True, timeout=10, check=False)
    assert done.returncode == 2
    assert done.stderr == "up: takes no arguments: see script/up --help\n"
