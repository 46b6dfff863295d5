"""The network of trunks and agents, for Prometheus and for the alarm; test calls are left out."""

from datetime import datetime

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from ccbot.core.facts import LegMeasured, Stamped
from ccbot.core.line_quality import Line, faults, loss_percent
from ccbot.web.health import Degraded

log = structlog.get_logger()

LOSS_PERCENT = (0.1, 0.5, 1, 2, 3, 5, 10, 20)
JITTER_S = (0.005, 0.01, 0.02, 0.03, 0.04, 0.06, 0.1, 0.2)
MES = (30, 50, 60, 70, 75, 80, 85, 90)


class LineWatch:
    """A listener of the desk: what each line's latest calls were like since the start."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._loss = Histogram(
            "ccbot_leg_loss_percent", "Packets that did not come, by trunk or agent", ["line"],
            buckets=LOSS_PERCENT, registry=registry,
        )  # fmt: skip
        self._jitter = Histogram(
            "ccbot_leg_jitter_seconds", "Mean jitter of a leg", ["line"],
            buckets=JITTER_S, registry=registry,
        )  # fmt: skip
        self._mes = Histogram(
            "ccbot_leg_mes", "Asterisk's media experience score, 0 to 100", ["line"],
            buckets=MES, registry=registry,
        )  # fmt: skip
        self._bad = Counter(
            "ccbot_legs_bad", "Legs beyond a limit of loss, jitter or score", ["line"],
            registry=registry,
        )  # fmt: skip
        self._alarm = Gauge(
            "ccbot_line_bad", "1: too many of its latest calls were bad", ["line"],
            registry=registry,
        )  # fmt: skip
        self._lines: dict[str, Line] = {}
        self._since: dict[str, datetime] = {}

    def listen(self, stamped: Stamped) -> None:
        """Count one leg, and see whether its line has turned."""
        leg = stamped.fact
        if isinstance(leg, LegMeasured) and leg.line and not leg.test:
            self._count(leg)
            self._judge(leg, stamped.at)

    def _count(self, leg: LegMeasured) -> None:
        self._loss.labels(leg.line).observe(loss_percent(leg))
        self._jitter.labels(leg.line).observe(leg.jitter_ms / 1000)
        if leg.mes is not None:
            self._mes.labels(leg.line).observe(leg.mes)
        self._bad.labels(leg.line).inc(bool(faults(leg)))

    def _judge(self, leg: LegMeasured, at: datetime) -> None:
        line = self._lines.setdefault(leg.line, Line())
        if not line.add(leg):
            return
        self._alarm.labels(leg.line).set(line.is_bad)
        if line.is_bad:
            self._since[leg.line] = at
            log.warning("a line is bad", line=leg.line, why=line.in_words())
        else:
            del self._since[leg.line]
            log.info("a line is good again", line=leg.line)

    def degraded(self) -> list[Degraded]:
        """The lines that are bad now."""
        return [
            Degraded(what=f"line {name}", why=self._lines[name].in_words(), since=since)
            for name, since in self._since.items()
        ]
