"""Numbers for Prometheus: counted from facts, and read off the floor when asked."""

from asyncio import all_tasks
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ccbot.core.agents import AgentState
from ccbot.core.calls import Stage
from ccbot.core.facts import (
    AnyFact,
    CallEnded,
    CallEntered,
    CallFlagged,
    OfferMade,
    OfferMissed,
    Stamped,
    SurveyFinished,
)
from ccbot.core.floor import Floor
from ccbot.core.ids import CallId, OfferId
from ccbot.store.writer import WriterState


class FactCounter:
    """A listener of the desk that counts; test calls are left out."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._calls = Counter("ccbot_calls", "Customers' calls that came in", registry=registry)
        self._offers = Counter("ccbot_offers", "Agents' phones rung", registry=registry)
        self._missed = Counter("ccbot_offers_missed", "… in vain", ["reason"], registry=registry)
        self._surveys = Counter("ccbot_surveys", "Surveys", ["status"], registry=registry)
        self._flags = Counter("ccbot_flags", "Flags on calls", ["flag"], registry=registry)

        self._tests: dict[CallId, set[OfferId]] = {}
        """The test calls that are here, each with its offers."""

    def listen(self, stamped: Stamped) -> None:
        """Count one fact."""
        if not self._is_of_test(stamped.fact):
            self._count(stamped.fact)

    def _is_of_test(self, fact: AnyFact) -> bool:
        match fact:
            case CallEntered(test=True, call=call):
                self._tests[call] = set()
                return True
            case OfferMade(call=call, offer=offer) if call in self._tests:
                self._tests[call].add(offer)
                return True
            case OfferMissed(offer=offer):
                return any(offer in offers for offers in self._tests.values())
            case SurveyFinished(call=call) | CallFlagged(call=call):
                return call in self._tests
            case CallEnded(call=call):
                return self._tests.pop(call, None) is not None
            case _:
                return False

    def _count(self, fact: AnyFact) -> None:
        match fact:
            case CallEntered(callback_of=None):
                self._calls.inc()
            case OfferMade():
                self._offers.inc()
            case OfferMissed(reason=reason):
                self._missed.labels(reason.value).inc()
            case SurveyFinished(status=status):
                self._surveys.labels(status.value).inc()
            case CallFlagged(flag=flag):
                self._flags.labels(flag.value).inc()
            case _:
                pass


class LookupCounter:
    """Counts questions to the company's own system, by how they ended."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._lookups = Counter(
            "ccbot_lookups", "Look-ups of callers before routing", ["result"], registry=registry
        )
        for result in ("ok", "timeout", "error", "refused"):
            self._lookups.labels(result)

    def count(self, result: str) -> None:
        """One question ended so."""
        self._lookups.labels(result).inc()


class FloorGauges(Collector):
    """Who is on the floor, and what is worked on, at the moment of asking.

    With nobody in the house but idle agents all but their own gauge are 0, and as many tasks are
    there as before the first call.
    """

    def __init__(self, floor: Floor, flows: Callable[[], int]) -> None:
        self._floor = floor
        self._flows = flows

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The gauges, as Prometheus wants them."""
        calls = GaugeMetricFamily("ccbot_calls_now", "Calls by stage", labels=["stage"])
        stages = [call.stage for call in self._floor.calls.values()]
        for stage in Stage:
            calls.add_metric([stage.value], stages.count(stage))
        agents = GaugeMetricFamily("ccbot_agents_now", "Agents by state", labels=["state"])
        states = [agent.state for agent in self._floor.agents.values() if not agent.test]
        for state in AgentState:
            agents.add_metric([state.value], states.count(state))
        tasks = GaugeMetricFamily(
            "ccbot_tasks", "Things under way at once: a steady climb is a leak", len(all_tasks())
        )
        offers = GaugeMetricFamily(
            "ccbot_offers_now", "Agents reserved for a call", len(self._floor.offers)
        )
        beside = sum(one.supervises is not None for one in self._floor.agents.values())
        supervisors = GaugeMetricFamily("ccbot_supervisions_now", "Supervisors at talks", beside)
        flows = GaugeMetricFamily(
            "ccbot_flows_now", "Calls, codes and recordings worked on", self._flows()
        )
        return [calls, agents, offers, supervisors, flows, tasks]


class RoomGauges(Collector):
    """How much room there is for recordings, at the moment of asking."""

    def __init__(self, free_bytes: Callable[[], int], is_low: Callable[[], bool]) -> None:
        self._free_bytes = free_bytes
        self._is_low = is_low

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The gauges, as Prometheus wants them."""
        return [
            GaugeMetricFamily(
                "ccbot_disk_free_bytes", "Free where recordings are", self._free_bytes()
            ),
            GaugeMetricFamily("ccbot_disk_low", "1: it is time to make room", self._is_low()),
        ]


class LogGauges(Collector):
    """How the log gets from the outbox to Postgres."""

    def __init__(self, state: Callable[[], WriterState]) -> None:
        self._state = state

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The gauges, as Prometheus wants them."""
        state = self._state()
        return [
            GaugeMetricFamily("ccbot_outbox_facts", "Facts not in Postgres yet", state.backlog),
            GaugeMetricFamily("ccbot_outbox_lag_seconds", "Age of the oldest", state.lag_s),
            GaugeMetricFamily("ccbot_facts_refused", "Refused by Postgres", state.set_aside),
            GaugeMetricFamily("ccbot_facts_lost", "Only in the program's log", state.lost),
            GaugeMetricFamily(
                "ccbot_outbox_full", "1: facts of new calls are lost", state.outbox_full
            ),
        ]
