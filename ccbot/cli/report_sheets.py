"""A day's numbers as a table: its words, its columns, its lines. No I/O."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from ccbot.core.metrics.catalogue import (
    OF_AGENT,
    OF_CENTRE,
    OF_GROUP,
    Metric,
    Unit,
    Value,
    log_completeness,
)
from ccbot.core.metrics.day import DayNumbers, Scope
from ccbot.core.metrics.ratio import seconds
from ccbot.store.days import Told

Lang = Literal["zh", "en"]
Cell = str | Decimal | None
"""None is shown as –: of nothing there is no rate."""


class Sheet(NamedTuple):
    """A table."""

    day: date
    title: str
    notes: tuple[str, ...]
    head: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    empty: str

    @staticmethod
    def text(cell: Cell) -> str:
        """The cell on a screen."""
        return "–" if cell is None else str(cell)


GROUP_COLUMNS = (
    "offered", "answered", "abandoned", "by_system", "answer_rate", "service_level", "abandonment",
    "lost", "speed_of_answer", "longest_wait", "talks", "average_handling", "hold_rate",
    "transfer_rate", "transfer_success", "rona", "csat", "fcr_survey",
)  # fmt: skip
AGENT_COLUMNS = (
    "signed_in", "ready", "ringing", "talking", "on_hold", "consulting", "consulted", "wrap_up",
    "paused", "occupancy", "talks", "average_talk", "average_wrap_up", "average_handling",
    "hold_rate", "transfer_rate", "transfer_success", "rings", "rona", "three_rings", "csat",
    "average_score",
)  # fmt: skip

_WORDS: Mapping[str, tuple[str, str]] = {
    "day": ("日报", "day"),
    "group": ("组", "group"),
    "agent": ("话务员", "agent"),
    "metric": ("指标", "metric"),
    "value": ("数值", "value"),
    "unit": ("单位", "unit"),
    "part": ("分子", "counted"),
    "whole": ("分母", "of"),
    "count": ("个", ""),
    "s": ("秒", "s"),
    "score": ("分", ""),
    "%": ("%", "%"),
    "open": ("本日未结:只计已结束的通话", "not closed yet: only calls that are over are counted"),
    "revised": (
        "已修订:第 {0} 版,共 {1} 版;此前所报用 --revision 查看",
        "revised: number {0} of {1}; --revision shows what was told before",
    ),
    "empty": ("本日没有数据", "nothing on this day"),
    "logged": ("话单完整率", "log completeness"),
    "calls": ("来电", "calls"),
    "not_ready": ("示忙", "not ready"),
    "answered": ("已接通", "answered"),
    "abandoned_menu": ("菜单放弃", "left in the menu"),
    "abandoned_waiting": ("排队放弃", "left while waiting"),
    "abandoned_ringing": ("振铃放弃", "left while it rang"),
    "waited_too_long": ("排队超时", "waited too long"),
    "queue_full": ("队列已满", "queue full"),
    "no_agents": ("无人在线", "no agents"),
    "voicemail": ("已留言", "voicemail"),
    "callback": ("已约回拨", "callback"),
    "not_reached": ("回拨未接通", "not reached"),
    "settled": ("客户已再来电", "called herself"),
    "after_hours": ("非工作时间", "after hours"),
    "blocked": ("黑名单", "blocked"),
    "system_error": ("系统故障", "system error"),
    "rest": ("休息", "rest"),
    "meal": ("用餐", "meal"),
    "training": ("培训", "training"),
    "meeting": ("会议", "meeting"),
    "coaching": ("辅导", "coaching"),
    "other_work": ("其他工作", "other work"),
    "unspecified": ("未说明", "unspecified"),
    "missed_call": ("漏接", "missed call"),
}


def _word(key: str, lang: Lang) -> str:
    return _WORDS[key][lang == "en"] if key in _WORDS else key


def sheet(told: Told, view: str, key: str | None, lang: Lang) -> Sheet:
    """The table of a view: one line a metric, or one line a group or agent."""
    numbers = told.numbers
    if view == "day" or key is not None:
        head = tuple(_word(one, lang) for one in ("metric", "value", "unit", "part", "whole"))
        rows = list(_lines(numbers, view, key, lang))
    else:
        metrics = _columns(view, numbers)
        labels = [_label(one, numbers, lang) + _unit_mark(one, lang) for one in metrics]
        head = (_word(view, lang), *labels)
        rows = [
            (name, *(metric.value(scope).value for metric in metrics))
            for name, scope in _scopes(numbers, view).items()
        ]
    where = numbers.frame.time_zone
    title = " · ".join(filter(None, [f"{numbers.frame.day} ({where})", _word(view, lang), key]))
    return Sheet(numbers.frame.day, title, _notes(told, lang), head, rows, _word("empty", lang))


def _notes(told: Told, lang: Lang) -> tuple[str, ...]:
    if told.revision is None:
        return (_word("open", lang),)
    if told.revisions > 1:
        return (_word("revised", lang).format(told.revision, told.revisions),)
    return ()


def _lines(
    numbers: DayNumbers, view: str, key: str | None, lang: Lang
) -> Iterator[tuple[Cell, ...]]:
    scope = _scope(numbers, view, key)
    if scope is None:
        return
    if view == "day":
        yield from _call_lines(numbers, lang)
    for metric in _metrics(view, numbers):
        yield _line(_label(metric, numbers, lang), metric.unit, metric.value(scope), lang)
    for reason, lasted_ms in scope.presence.paused_ms.items():
        label = f"{_word('not_ready', lang)}:{_word(reason, lang)}"
        yield _line(label, Unit.SECONDS, Value(seconds(lasted_ms)), lang)


def _call_lines(numbers: DayNumbers, lang: Lang) -> Iterator[tuple[Cell, ...]]:
    """What became of all calls, those that never queued included."""
    total = sum(numbers.outcomes.values())
    yield _line(_word("calls", lang), Unit.COUNT, Value(Decimal(total)), lang)
    for outcome, count in numbers.outcomes.items():
        label = f"{_word('calls', lang)}:{_word(outcome, lang)}"
        yield _line(label, Unit.COUNT, Value(Decimal(count)), lang)
    logged = log_completeness(numbers)
    value = Value(logged.percent, Decimal(logged.part), Decimal(logged.whole))
    yield _line(_word("logged", lang), Unit.PERCENT, value, lang)


def _line(label: str, unit: Unit, value: Value, lang: Lang) -> tuple[Cell, ...]:
    counts = ("" if one is None else one for one in (value.part, value.whole))
    return (label, value.value, _word(unit, lang), *counts)


def _label(metric: Metric, numbers: DayNumbers, lang: Lang) -> str:
    text = metric.en if lang == "en" else metric.zh
    return text.replace("{T}", f"{numbers.frame.limits.answer_within_ms / 1000:g}")


def _unit_mark(metric: Metric, lang: Lang) -> str:
    return "" if metric.unit is Unit.COUNT else f" ({_word(metric.unit, lang) or metric.unit})"


def _metrics(view: str, numbers: DayNumbers) -> list[Metric]:
    """Those that were counted on that day: what was told of it stays as it was."""
    known = {"day": OF_CENTRE, "group": OF_GROUP, "agent": OF_AGENT}[view]
    return [one for one in known if one.since <= numbers.frame.definition]


def _columns(view: str, numbers: DayNumbers) -> list[Metric]:
    wanted = GROUP_COLUMNS if view == "group" else AGENT_COLUMNS
    by_key = {metric.key: metric for metric in _metrics(view, numbers)}
    return [by_key[one] for one in wanted if one in by_key]


def _scopes(numbers: DayNumbers, view: str) -> dict[str, Scope]:
    return numbers.groups if view == "group" else numbers.agents


def groups(told: Told) -> tuple[str, ...]:
    """The groups that had anything to do on that day."""
    return tuple(told.numbers.groups)


def _scope(numbers: DayNumbers, view: str, key: str | None) -> Scope | None:
    if view == "day" or key is None:
        return numbers.centre
    return _scopes(numbers, view).get(key)


def as_json(told: Told, view: str, key: str | None) -> dict[str, object]:
    """The same for programs: every metric of every scope of the view, with its counts."""
    numbers = told.numbers
    named: dict[str, Scope | None]
    if view == "day" or key is not None:
        named = {key or "centre": _scope(numbers, view, key)}
    else:
        named = dict(_scopes(numbers, view))
    return {
        "day": numbers.frame.day,
        "time_zone": numbers.frame.time_zone,
        "limits": numbers.frame.limits,
        "definition": numbers.frame.definition,
        "closed": told.revision is not None,
        "revision": told.revision,
        "revisions": told.revisions,
        "calls": {
            "by_outcome": numbers.outcomes,
            "seen": numbers.calls_seen,
            "logged": numbers.calls_logged,
        },
        "view": view,
        "scopes": [
            {"key": name, "metrics": [_metric_json(one, scope) for one in _metrics(view, numbers)]}
            for name, scope in named.items()
            if scope is not None
        ],
    }


def _metric_json(metric: Metric, scope: Scope) -> dict[str, object]:
    value, part, whole = (None if one is None else float(one) for one in metric.value(scope))
    return {
        "metric": metric.key,
        "value": value,
        "unit": metric.unit,
        "part": part,
        "whole": whole,
    }
