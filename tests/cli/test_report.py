"""The numbers of a day on the command line, and as files."""

import asyncio
import csv
import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ccbot.cli.report_sheets import as_json, sheet
from ccbot.core.agents import AgentState
from ccbot.core.metrics.day import DayRows, Frame, day_numbers
from ccbot.core.metrics.presence import Stretch
from ccbot.store.days import Told
from ccbot.store.pool import open_pool
from tests.cli.conftest import Run
from tests.store.journal import DAY, put

OF_DAY = ("--day", "2026-03-02")
NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)
SIGNED_IN = Stretch("1001", AgentState.READY, "", None, False, NINE, None, "")


@pytest.fixture
def counted(database_url: str) -> None:
    """A day of three calls and one agent, long ago."""

    async def fill() -> None:
        async with open_pool(database_url) as pool:
            await put(pool, DAY)

    asyncio.run(fill())


@pytest.mark.usefixtures("counted")
def test_day_lists_every_metric_with_its_counts(run: Run) -> None:
    shown = run("report", *OF_DAY)
    assert shown.status == 0
    lines = {line.split()[0]: line.split()[1:] for line in shown.out.splitlines()[2:] if line}
    assert shown.out.startswith("2026-03-02 (Asia/Shanghai) · 日报\n")
    assert lines["来电"][0] == "3"
    assert lines["人工接通率"] == ["100.0", "%", "2", "2"]
    assert lines["满意率"] == ["100.0", "%", "2", "2"]
    assert lines["放弃率"] == ["0.0", "%", "0", "2"]
    assert lines["平均放弃时长"] == ["–", "秒", "0.0", "0"]
    assert lines["话单完整率"] == ["100.0", "%", "3", "3"]


@pytest.mark.usefixtures("counted")
def test_groups_and_agents_have_a_line_each_or_all_metrics(run: Run) -> None:
    groups = run("report", "group", *OF_DAY, "--lang", "en").out
    assert "service level 20 s (%)" in groups
    assert groups.splitlines()[-1].split()[:5] == ["service", "2", "2", "0", "0"]
    agents = run("report", "agent", *OF_DAY).out.splitlines()
    assert agents[-1].split()[:2] == ["1001", "410.0"]
    one = run("report", "--agent", "1001", *OF_DAY, "--lang", "en").out
    assert "occupancy" in one
    assert "service level" not in one
    assert "本日没有数据" in run("report", "--group", "tech", *OF_DAY).out


@pytest.mark.usefixtures("counted")
def test_json_has_numbers_and_null_where_nothing_was_counted(run: Run) -> None:
    told = run("report", "--json", *OF_DAY).json
    assert isinstance(told, dict)
    assert (told["day"], told["closed"], told["revision"]) == ("2026-03-02", True, 1)
    assert told["calls"]["by_outcome"] == {"abandoned_menu": 1, "answered": 2}
    metrics = {one["metric"]: one for one in told["scopes"][0]["metrics"]}
    assert (metrics["answer_rate"]["value"], metrics["answer_rate"]["whole"]) == (100.0, 2)
    assert metrics["average_abandon"]["value"] is None


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("view", ["day", "group", "agent"])
def test_file_of_a_closed_day_is_the_same_byte_for_byte(
    run: Run, tmp_path: Path, kind: str, view: str
) -> None:
    files = [tmp_path / f"{name}.{kind}" for name in ("first", "again")]
    for file in files:
        assert run("report", view, *OF_DAY, f"--{kind}", str(file)).out == f"{file}\n"
    first, again = (file.read_bytes() for file in files)
    assert first == again


@pytest.mark.usefixtures("counted")
def test_csv_is_one_that_excel_opens(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "day.csv"
    run("report", *OF_DAY, "--csv", str(file))
    written = file.read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["", "指标", "数值", "单位", "分子", "分母"]
    assert ["2026-03-02", "人工接通率", "100.0", "%", "2", "2"] in rows
    assert ["2026-03-02", "平均放弃时长", "", "秒", "0.0", "0"] in rows


@pytest.mark.usefixtures("counted")
def test_excel_file_holds_numbers(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "agents.xlsx"
    run("report", "agent", *OF_DAY, "--xlsx", str(file))
    with zipfile.ZipFile(file) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
        words = book.read("xl/sharedStrings.xml").decode()
        made = book.read("docProps/core.xml").decode()
    assert "<v>410</v>" in page
    assert "占用率" in words
    assert ">2026-03-02T00:00:00Z</dcterms:created>" in made


@pytest.mark.parametrize(("definition", "shown"), [(1, False), (2, True)])
def test_day_shows_the_metrics_that_were_counted_on_it(definition: int, shown: bool) -> None:
    frame = Frame(day=date(2026, 3, 2), time_zone="Asia/Shanghai", definition=definition)
    numbers = day_numbers(frame, DayRows(stretches=[SIGNED_IN]), frame.bounds()[1])
    told = Told(numbers, 1, 1)
    words = [str(row[0]) for row in sheet(told, "day", None, "zh").rows]
    assert ("保持率" in words) == ("转接率" in words) == shown
    heads = sheet(told, "agent", None, "zh").head
    assert any(one.startswith("转接成功率") for one in heads) == shown
    assert ("hold_rate" in str(as_json(told, "day", None))) == shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--day", "28.11.2026"), "--day 28.11.2026"),
        (("--day", "2999-01-01"), "--day 2999-01-01"),
        (("--day", "0001-01-03"), "--day 0001-01-03"),
        (("--group", ""), "--group"),
        (("--group", "a", "--agent", "1001"), "--group and --agent"),
        (("agent", "--group", "service"), "--group"),
        (("--group", "nobody"), "--group nobody: there is no such group; there are service"),
    ],
)
def test_bad_input_is_refused(run: Run, words: tuple[str, ...], said: str) -> None:
    assert said in run("report", *words).refused(2)


def test_day_without_calls_and_revision_that_is_none(run: Run) -> None:
    assert "来电" in run("report", "--day", "today").out
    assert "revision 4" in run("report", *OF_DAY, "--revision", "4").refused(1)
    assert "cannot be written" in run("report", "--csv", "/nowhere/x").refused(1)
    assert "cannot be written" in run("report", "--xlsx", "").refused(1)
