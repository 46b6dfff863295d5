"""``routing replay``: a recorded day with another document, on the command line."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ccbot.core import facts as f
from ccbot.store.routing_file import DEFAULT
from tests.cli.conftest import Run
from tests.cli.test_why import written
from tests.core.story import routing
from tests.core.test_rehearsal import talks
from tests.core.test_why import Written

MORNING = datetime(2026, 3, 2, 1, tzinfo=UTC)
DAY = ("--day", "2026-03-02")


@pytest.fixture
def recorded(database_url: str) -> None:
    """Two agents, the first idle for longer, and two callers."""
    story = Written(routing())
    story.now = MORNING
    story.journal = [f.Stamped(MORNING, f.RoutingPublished(version=1, document=routing()))]
    for number in ("1001", "1002"):
        story.agent(number)
        story.wait(60)
    for name in ("call-1", "call-2"):
        story.caller(name, number="13800001234")
        talks(story, 4, 60)
    offers = {one.offer: one.call for one in story.offers}
    written(database_url, story.journal, offers)


@pytest.fixture
def ordered(home: Path) -> Path:
    """Agent 1002 is asked before 1001."""
    path = home / "ordered.yaml"
    service = '  service: {name: 客服, strategy: ordered, members: {"1002": {}, "1001": {}}}'
    lines = DEFAULT.read_text(encoding="utf-8").splitlines()
    lines = [service if one.startswith("  service: {name") else one for one in lines]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.usefixtures("recorded")
def test_a_day_is_told_as_it_was_and_as_it_would_have_been(run: Run, ordered: Path) -> None:
    told = run("routing", "replay", str(ordered), *DAY).out
    assert "different for 2 of 2 callers" in told
    assert "call-1 (service): answered by 1001 after 4 s -> answered by 1002 after 4 s" in told
    assert "every phone that rings is answered" in told


@pytest.mark.usefixtures("recorded")
def test_the_document_of_the_day_makes_no_difference(run: Run) -> None:
    told: Any = run("routing", "replay", *DAY, "--json").json
    service = told["groups"]["service"]
    assert service["was"] == service["live"] == service["proposed"]
    assert (service["was"]["calls"], service["was"]["in_time"]) == (2, 2)
    assert told["differences"] == []


@pytest.mark.usefixtures("recorded")
def test_what_cannot_be_replayed_is_told_in_one_line(run: Run, home: Path) -> None:
    line = run("routing", "replay", "--day", "2026-03-01").refused(2)
    assert "no caller" in line
    assert "--day 2999-01-01" in run("routing", "replay", "--day", "2999-01-01").refused(2)
    assert "nothing.yaml" in run("routing", "replay", str(home / "nothing.yaml")).refused(2)
