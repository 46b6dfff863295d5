"""The temporary agent of a test call serves groups that there are."""

import argparse
import asyncio
import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from ccbot.cli import call, stand_ins
from ccbot.core.ids import GroupKey
from ccbot.embedded import centre_file
from ccbot.embedded.centre_file import CentreFile
from ccbot.settings import Settings
from tests.cli.conftest import Run

FOURTH = "  vip: {name: 贵宾}\nsurveys:"


@pytest.fixture
def served(home: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[GroupKey]]:
    """The groups of each test call that is placed; none is in earnest."""
    asked: list[list[GroupKey]] = []

    async def place(
        _: argparse.Namespace, __: Settings, ___: CentreFile, groups: Sequence[GroupKey]
    ) -> int:
        asked.append(list(groups))
        return 0

    monkeypatch.setattr(call, "_call", place)
    centre = CentreFile(ari_url="", database_url="", web_url="", sip_address="", pid=1)
    centre_file.write(home, centre)
    return asked


def test_without_a_word_all_that_are_live(run: Run, home: Path, served: list[list[str]]) -> None:
    path = home / "routing.yaml"
    path.write_text(run("routing", "show").out.replace("\nsurveys:", f"\n{FOURTH}"))
    assert run("routing", "publish", "--why", "a fourth group").status == 0
    assert run("call").status == 0
    assert served == [["service", "tech", "marketing", "vip"]]


def test_else_those_that_are_named(run: Run, served: list[list[str]]) -> None:
    assert run("call", "--group", "tech, service").status == 0
    assert served == [["tech", "service"]]


def test_whoever_ends_it_leaves_nobody_behind() -> None:
    """``kill`` as Ctrl-C: the temporary agent is removed."""
    left: list[str] = []

    async def bring() -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(5)
        finally:
            await asyncio.sleep(0)
            left.append("removed")

    with pytest.raises(KeyboardInterrupt):
        stand_ins.run(bring())
    assert left == ["removed"]


def test_a_group_that_there_is_not_is_refused(run: Run, served: list[list[str]]) -> None:
    assert "service, tech, marketing" in run("call", "--group", "tech,sales").refused(2)
    assert served == []
