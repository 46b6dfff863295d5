"""The metrics by name: what a report shows, in which order and words, and how it is worked out."""

from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from ccbot.core.metrics.access import Mode
from ccbot.core.metrics.day import DayNumbers, Scope
from ccbot.core.metrics.ratio import Mean, Ratio, seconds


class Unit(StrEnum):
    """What a value is in."""

    COUNT = "count"
    PERCENT = "%"
    SECONDS = "s"
    SCORE = "score"


class Value(NamedTuple):
    """A metric's value, none of nothing, and the counts or seconds that it comes from."""

    value: Decimal | None
    part: Decimal | None = None
    whole: Decimal | None = None


class Metric(NamedTuple):
    """One line of a report."""

    key: str
    zh: str
    en: str
    unit: Unit
    of: Callable[[Scope], int | Ratio | Mean]

    of_time: bool = False
    """A ratio of times."""
    since: int = 1
    """The first ``DEFINITION`` by which it was counted."""

    def value(self, scope: Scope) -> Value:
        """Its value, with the counts that it comes from."""
        found = self.of(scope)
        match found:
            case Ratio(part, whole) if self.of_time:
                return Value(found.percent, seconds(part), seconds(whole))
            case Ratio(part, whole):
                return Value(found.percent, Decimal(part), Decimal(whole))
            case Mean(total, cases) if self.unit is Unit.SECONDS:
                return Value(found.seconds, seconds(total), Decimal(cases))
            case Mean(total, cases):
                return Value(found.value, Decimal(total), Decimal(cases))
            case int() if self.unit is Unit.SECONDS:
                return Value(seconds(found))
            case int():
                return Value(Decimal(found))


_C, _P, _S = Unit.COUNT, Unit.PERCENT, Unit.SECONDS

ACCESS = (
    Metric("offered", "进线数", "offered", _C, lambda s: s.access.offered),
    Metric("answered", "接通数", "answered", _C, lambda s: s.access.answered),
    Metric("abandoned", "放弃数", "abandoned", _C, lambda s: s.access.abandoned),
    Metric("by_system", "系统结束数", "ended by the system", _C, lambda s: s.access.by_system),
    Metric("answer_rate", "人工接通率", "answer rate", _P, lambda s: s.access.answer_rate),
    Metric("service_level", "{T}秒接通率", "service level {T} s", _P,
           lambda s: s.access.service_level()),
    Metric("service_level_strict", "{T}秒接通率(严格)", "service level {T} s, strict", _P,
           lambda s: s.access.service_level(Mode.STRICT)),
    Metric("service_level_lenient", "{T}秒接通率(宽松)", "service level {T} s, lenient", _P,
           lambda s: s.access.service_level(Mode.LENIENT)),
    Metric("abandonment", "放弃率", "abandonment", _P, lambda s: s.access.abandonment),
    Metric("lost", "呼损", "lost calls", _P, lambda s: s.access.lost),
    Metric("speed_of_answer", "平均应答速度", "average speed of answer", _S,
           lambda s: s.access.speed_of_answer),
    Metric("average_wait", "平均排队时长", "average wait, all", _S,
           lambda s: s.access.average_wait),
    Metric("average_abandon", "平均放弃时长", "average time to abandon", _S,
           lambda s: s.access.average_abandon),
    Metric("longest_wait", "最长等待", "longest wait", _S, lambda s: s.access.longest_wait_ms),
    Metric("further_offered", "转入数", "from another queue", _C, lambda s: s.further.offered),
    Metric("further_answered", "转入接通率", "from another queue, answered", _P,
           lambda s: s.further.answer_rate),
    Metric("further_wait", "转入后等待", "wait of those answered", _S,
           lambda s: s.further.speed_of_answer),
)  # fmt: skip

HANDLING = (
    Metric("talks", "通话数", "talks", _C, lambda s: s.handling.talks),
    Metric("average_talk", "平均通话时长", "average talk", _S, lambda s: s.handling.average_talk),
    Metric("average_wrap_up", "平均话后处理", "average wrap-up", _S,
           lambda s: s.handling.average_wrap_up),
    Metric("average_handling", "平均处理时长", "average handling", _S,
           lambda s: s.handling.average_handling),
    Metric("hold_rate", "保持率", "talks with a hold", _P, lambda s: s.handling.hold_rate,
           since=2),
    Metric("average_hold", "平均保持时长", "average hold", _S, lambda s: s.handling.average_hold,
           since=2),
    Metric("transfers", "转接数", "transfers", _C, lambda s: s.handing_on.transfers, since=2),
    Metric("taken_back", "咨询后返回数", "consulted and back", _C,
           lambda s: s.handing_on.taken_back, since=2),
    Metric("transfer_rate", "转接率", "calls handed on", _P, lambda s: s.handing_on.rate,
           since=2),
    Metric("transfer_success", "转接成功率", "transfers that succeeded", _P,
           lambda s: s.handing_on.success, since=2),
    Metric("transfer_abandoned", "转接放弃率", "transfers, caller left", _P,
           lambda s: s.handing_on.abandonment, since=2),
    Metric("transferred_again", "多次转接率", "calls handed on twice or more", _P,
           lambda s: s.handing_on.rate_again, since=2),
    Metric("rings", "振铃数", "rings", _C, lambda s: s.handling.rings),
    Metric("rona", "振铃未接率", "rings not answered", _P, lambda s: s.handling.not_answered),
    Metric("three_rings", "三声接听率", "answered within three rings", _P,
           lambda s: s.handling.within_three_rings),
    Metric("greeting", "开头语规范率", "greeting compliance", _P,
           lambda s: s.satisfaction.greeting_compliance),
)  # fmt: skip

SATISFACTION = (
    Metric("survey_offered", "邀评率", "surveys offered", _P,
           lambda s: s.satisfaction.offer_rate),
    Metric("survey_participation", "参评率", "surveys answered", _P,
           lambda s: s.satisfaction.participation),
    Metric("csat", "满意率", "satisfied", _P, lambda s: s.satisfaction.satisfied_rate),
    Metric("average_score", "满意度均分", "average score", Unit.SCORE,
           lambda s: s.satisfaction.average_score),
    Metric("fcr_survey", "首次解决率(评价)", "resolved at once, survey", _P,
           lambda s: s.satisfaction.resolved_by_survey),
    Metric("fcr_system", "首次解决率(系统,7天前)", "resolved at once, 7 days before", _P,
           lambda s: s.satisfaction.resolved_by_system),
    Metric("repeated", "重复来电率(7天前)", "called again, 7 days before", _P,
           lambda s: s.satisfaction.repeated),
)  # fmt: skip

PRESENCE = (
    Metric("signed_in", "签入时长", "signed in", _S, lambda s: s.presence.signed_in_ms),
    Metric("ready", "示闲", "ready", _S, lambda s: s.presence.ready_ms),
    Metric("ringing", "振铃", "ringing", _S, lambda s: s.presence.ringing_ms),
    Metric("talking", "通话", "talking", _S, lambda s: s.presence.talking_ms),
    Metric("on_hold", "保持", "on hold", _S, lambda s: s.presence.hold_ms, since=2),
    Metric("consulting", "咨询", "consulting", _S, lambda s: s.presence.consult_ms, since=2),
    Metric("consulted", "被咨询", "consulted", _S, lambda s: s.presence.consulted_ms, since=2),
    Metric("wrap_up", "话后", "wrap-up", _S, lambda s: s.presence.wrap_up_ms),
    Metric("paused", "示忙", "not ready", _S, lambda s: s.presence.all_paused_ms),
    Metric("occupancy", "占用率", "occupancy", _P, lambda s: s.presence.occupancy,
           of_time=True),
    Metric("utilisation", "工时利用率(签入)", "utilisation of time signed in", _P,
           lambda s: s.presence.utilisation, of_time=True),
)  # fmt: skip

OF_CENTRE = (*ACCESS, *HANDLING, *SATISFACTION, *PRESENCE)
OF_GROUP = (*ACCESS, *HANDLING, *SATISFACTION)
OF_AGENT = (*HANDLING, *SATISFACTION, *PRESENCE)


def log_completeness(numbers: DayNumbers) -> Ratio:
    """话单完整率: rows of the call log / calls that entered, by the journal."""
    return Ratio(numbers.calls_logged, numbers.calls_seen)
