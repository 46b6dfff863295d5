"""Who else counts calls, and what ccbot itself says of them as a manager or a monitor asks."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from ccbot.pbx.leg_log import LegEvent, LegLogFile
from ccbot.settings import PROJECT
from tests.asterisk.hotline import Hotline

CENTRE = "centre"
RUNG = "s"
"""What a leg to an agent's phone has dialled; his own calls bear the number."""


class Lived(NamedTuple):
    """Number → how long each leg of this customer, or to this agent, lived; in seconds."""

    customers: dict[str, list[float]]
    agents: dict[str, list[float]]


class AsterisksLog:
    """Asterisk's own log of channels, from now on."""

    def __init__(self, home: Path) -> None:
        self._log = LegLogFile(home / "asterisk/log/legs.csv")
        while self._log.news():
            pass
        self._began: dict[str, LegEvent] = {}

    def lived(self) -> Lived:
        """How long each leg lived that ended since it was asked last."""
        lived = Lived({}, {})
        while events := self._log.news():
            for one in events:
                if not one.ended and (one.context == "from-trunk" or one.dialled == RUNG):
                    self._began[one.leg] = one
                elif one.ended and one.leg in self._began:
                    first = self._began[one.leg]
                    whose = lived.agents if first.dialled == RUNG else lived.customers
                    whose.setdefault(first.caller, []).append((one.at - first.at).total_seconds())
        return lived


def reported(home: Path, *words: str) -> dict[str, Any]:
    """Today's report, as a manager asks for it; ``words``: of whom."""
    kept = {name: one for name, one in os.environ.items() if not name.startswith("CCBOT_")}
    environment = {**kept, "CCBOT_HOME": str(home), "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-m", "ccbot", "report", *words, "--json"]
    told = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=60)
    return dict(json.loads(told.stdout))


def counts(report: dict[str, Any]) -> Counter[str]:
    """The report's plain counts, which add up over calls: outcomes, and parts of metrics."""
    calls = report["calls"]
    found = Counter({f"outcome {key}": count for key, count in calls["by_outcome"].items()})
    found["logged"] = calls["logged"]
    return found + scoped(report)[CENTRE]


def scoped(report: dict[str, Any]) -> dict[str, Counter[str]]:
    """Group, agent or centre → metric → its count, or the part of a rate that adds up."""
    return {
        scope["key"]: Counter(
            {
                one["metric"]: (one["value"] if one["part"] is None else one["part"]) or 0
                for one in scope["metrics"]
            }
        )
        for scope in report["scopes"]
    }


async def monitored(hotline: Hotline) -> Counter[str]:
    """``/metrics``: name and labels, in the order of the labels' names → value."""
    async with aiohttp.ClientSession() as session, session.get(hotline.web_url + "/metrics") as got:
        families = text_string_to_metric_families(await got.text())
    samples = [one for family in families for one in family.samples]
    found: Counter[str] = Counter()
    for one in samples:
        labels = [one.labels[name] for name in sorted(one.labels)]
        found[" ".join([one.name, *labels])] = round(one.value)
    return found
