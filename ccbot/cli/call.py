"""``script/ccbot call``: a test call through the whole running centre, with built-in phones.

The customer is the account ``c-test`` (or, ``--as-trunk``, a trunk's address), the agent a
temporary one that serves test calls alone and is removed at the end.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import asyncpg

from ccbot.cli import stand_ins
from ccbot.cli.errors import UsageFault
from ccbot.cli.phones import check_groups, known_groups
from ccbot.clock import SystemClock
from ccbot.core.ids import GroupKey
from ccbot.embedded.centre_file import CentreFile
from ccbot.phone import Phone, alaw
from ccbot.phone.rtp import KEYS
from ccbot.phone.trial import Findings, Plan, Step, Trial
from ccbot.settings import Settings, load

ROW_S_MAX = 3.0
ROW_LOOK_S = 0.1
TALK_S_MAX = 600.0

LABELS = {
    "welcome.main": "欢迎语",
    "notice.recording": "录音告知",
    "menu.main": "菜单",
    "menu.invalid": "按键无效",
    "menu.noinput": "没有按键",
    "menu.default": "转默认组",
    "queue.enter": "开始排队",
    "queue.busy": "坐席全忙",
    "queue.comfort": "排队安抚",
    "queue.noagents": "无坐席",
    "queue.timeout": "等待超时",
    "greet.neutral": "坐席问候",
    "survey.csat2": "满意度评价",
    "survey.csat3": "满意度评价",
    "survey.csat4": "满意度评价",
    "survey.csat5": "满意度评价",
    "survey.resolved": "是否解决",
    "survey.reason": "不满意原因",
    "survey.thanks": "评价致谢",
    "survey.thanks_low": "低分致谢",
    "bye": "再见",
    "error.system": "系统故障",
    "away.apology": "致歉",
    "away.wait": "请稍候",
    "agent.signed_in": "已签入",
    "music": "等待音乐",
}


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds ``call`` to the command line."""
    parser = commands.add_parser("call", help="place a test call through the running centre")
    parser.add_argument("--key", default="1", help="pressed in the menu; '' for none (1)")
    parser.add_argument("--score", default="1", help="pressed in the survey; '' for none (1)")
    parser.add_argument("--talk", type=float, default=6.0, metavar="S", help="talk's length (6)")
    parser.add_argument("--dialled", default="10000", metavar="NUMBER", help="entry (10000)")
    parser.add_argument(
        "--group", default="", metavar="GROUP,GROUP", help="the temporary agent's groups (all)"
    )
    parser.add_argument(
        "--as-trunk",
        action="store_true",
        help="come as a customer from the trunk; your own agents are rung, and have to answer and "
        "to talk for 15 s or more, or no survey follows",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")
    parser.set_defaults(handler=handle)


def handle(arguments: argparse.Namespace) -> int:
    """Places the call; 0 only if everything was seen that belongs to a good call."""
    _check(arguments)
    settings = load()
    centre = stand_ins.read_centre(settings.home)
    known = known_groups(settings)
    groups = check_groups([arguments.group], known) or known
    with suppress(KeyboardInterrupt):
        return stand_ins.run(_call(arguments, settings, centre, groups))
    print("stopped", file=sys.stderr)
    return 130


def _check(arguments: argparse.Namespace) -> None:
    for name in ("key", "score"):
        if any(key not in KEYS for key in getattr(arguments, name)):
            raise UsageFault(f"--{name} {getattr(arguments, name)}: keys are {KEYS}")
    if not 1.0 <= arguments.talk <= TALK_S_MAX:
        raise UsageFault(f"--talk {arguments.talk:g}: must lie between 1 and {TALK_S_MAX:g}")
    if not arguments.dialled.lstrip("+").isdigit():
        raise UsageFault(f"--dialled {arguments.dialled}: must be digits")


# ---- the call


@dataclass(frozen=True, kw_only=True, slots=True)
class _Result:
    findings: Findings
    steps: list[Step]
    row: dict[str, object] | None
    wav: Path | None

    @property
    def problems(self) -> list[str]:
        """What keeps this from being a good call."""
        found = [f"not seen: {name}" for name in self.findings.missing()]
        if self.row is None:
            return [*found, f"no call_log row within {ROW_S_MAX:g} s"]
        if self.row["outcome"] != "answered":
            found.append(f"outcome {self.row['outcome']}")
        return found


async def _call(
    arguments: argparse.Namespace,
    settings: Settings,
    centre: CentreFile,
    groups: Sequence[GroupKey],
) -> int:
    clock = SystemClock()
    since = clock.now()
    tell = _silent if arguments.json else _print_step
    sounds = stand_ins.sound_book(settings)
    pool = await stand_ins.connect(centre.database_url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(pool.close)
        agent: Phone | None = None
        if not arguments.as_trunk:
            agent = await stack.enter_async_context(
                stand_ins.temporary_agent(pool, centre, sounds, groups, quiet=arguments.json)
            )
        customer = await stack.enter_async_context(
            stand_ins.customer(settings, sounds, as_trunk=arguments.as_trunk)
        )
        trial = Trial(plan=_plan(arguments, centre), customer=customer, agent=agent, tell=tell)
        findings = await trial.run()
        row = await _row(pool, since, test=not arguments.as_trunk)
        wav = _save(trial, settings.home, since)
        result = _Result(findings=findings, steps=trial.steps, row=row, wav=wav)
    _print_result(result, as_json=arguments.json)
    return 1 if result.problems else 0


def _plan(arguments: argparse.Namespace, centre: CentreFile) -> Plan:
    host, port = stand_ins.server_of(centre)
    return Plan(
        uri=f"sip:{arguments.dialled}@{host}:{port}",
        key=arguments.key,
        score=arguments.score,
        talk_s=arguments.talk,
    )


# ---- what is left of it


async def _row(
    pool: "asyncpg.Pool[asyncpg.Record]", since: datetime, *, test: bool
) -> dict[str, object] | None:
    query = (
        "select * from call_log where entered_at >= $1 and test = $2 order by entered_at limit 1"
    )
    for _ in range(int(ROW_S_MAX / ROW_LOOK_S)):
        record = await pool.fetchrow(query, since, test)
        if record is not None:
            return dict(record)
        await asyncio.sleep(ROW_LOOK_S)
    return None


def _save(trial: Trial, home: Path, since: datetime) -> Path | None:
    """What both heard: the customer on the left, the agent on the right."""
    if trial.call is None or not trial.call.recording:
        return None
    path = home / f"recordings/test-calls/{since:%Y%m%d-%H%M%S}.wav"
    left, right = trial.call, trial.leg
    channels = [left.recording]
    if right is not None and right.recording:
        lag_s = right.recording_began_s - left.recording_began_s
        channels.append(alaw.SILENCE[:1] * max(0, int(lag_s * alaw.RATE_HZ)) + right.recording)
    alaw.save_wav(path, *channels)
    path.chmod(0o600)
    return path


def _silent(_: Step) -> None:
    """With --json nothing is told before the end."""


def _print_step(step: Step) -> None:
    label = LABELS.get(step.prompt, "坐席问候" if step.prompt.startswith("greeting.") else "")
    heard = f": {label} {step.prompt}".replace(":  ", ": ") if step.prompt else ""
    print(f"{step.at_s:6.1f} s {step.who:<9} {step.what}{heard}", flush=True)


def _print_result(result: _Result, *, as_json: bool) -> None:
    if as_json:
        print(
            json.dumps(
                {
                    "ok": not result.problems,
                    "problems": result.problems,
                    "steps": [asdict(step) for step in result.steps],
                    "call_log": result.row,
                    "recording": str(result.wav) if result.wav else None,
                },
                default=str,
                ensure_ascii=False,
            )
        )
        return
    for name, value in (result.row or {}).items():
        print(f"  {name:<20} {value}")
    if result.wav:
        print(f"recording: {result.wav}")
    print("good call" if not result.problems else f"NOT a good call: {'; '.join(result.problems)}")
