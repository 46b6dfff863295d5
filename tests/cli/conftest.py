"""Commands as a user gives them, on a database of the test's own."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ccbot.cli import agent, calls, database, followups
from ccbot.cli.errors import Fault, UsageFault
from tests.store.fixtures import database_url, server

__all__ = ["database_url", "server"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What a command left."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> object:
        """Its output as JSON."""
        return json.loads(self.out)

    def refused(self, status: int) -> str:
        """Its one line on stderr, after a failure with this status."""
        assert (self.status, self.out) == (status, "")
        assert self.err.endswith("\n")
        assert self.err.count("\n") == 1
        return self.err.rstrip("\n")


Run = Callable[..., Done]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home where no centre runs, and no other settings."""
    monkeypatch.setenv("CCBOT_HOME", str(tmp_path))
    monkeypatch.setenv("CCBOT_SPEECH", "off")
    monkeypatch.delenv("CCBOT_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def run_anywhere(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command where no centre runs."""

    def run(*words: str) -> Done:
        capsys.readouterr()
        status = _main(words)
        out, err = capsys.readouterr()
        return Done(status=status, out=out, err=err)

    return run


@pytest.fixture
def run(run_anywhere: Run, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on this test's database."""
    monkeypatch.setenv("CCBOT_DATABASE_URL", database_url)
    return run_anywhere


def _main(words: tuple[str, ...]) -> int:
    parser = argparse.ArgumentParser("ccbot")
    commands = parser.add_subparsers(required=True)
    for module in (agent, calls, database, followups):
        module.register(commands)
    try:
        arguments = parser.parse_args(words)
        return int(arguments.handler(arguments))
    except UsageFault as fault:
        print(fault, file=sys.stderr)  # noqa: T201
        return 2
    except Fault as fault:
        print(fault, file=sys.stderr)  # noqa: T201
        return 1
    except SystemExit as left:
        return int(left.code or 0)
