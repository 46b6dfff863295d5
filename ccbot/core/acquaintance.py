"""Who served which customer last: the agent whom she would rather have again (熟客)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ccbot.core.calls import Call
from ccbot.core.ids import AgentId, GroupKey
from ccbot.core.numbers import at_home

KNOWN_MAX = 20_000
"""So many customers are remembered, those served last: a few megabytes."""

Customer = tuple[GroupKey, str]
"""A number as it is dialled at home, and the group that served it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The last talk of a customer with a group."""

    agent: AgentId
    at: datetime


class Acquaintance:
    """The last agent of each customer in each group. Changed by the floor alone."""

    def __init__(self) -> None:
        self.last: dict[Customer, Served] = {}
        """In order of time."""

    def met(self, call: Call, agent: AgentId, now: datetime) -> None:
        """They talk. Withheld numbers and test calls are nobody's."""
        if (customer := customer_of(call)) is not None:
            self.remember(customer, Served(agent=agent, at=now))

    def remember(self, customer: Customer, served: Served) -> None:
        """Her last talk; whoever was not served for the longest time is forgotten for it."""
        self.last.pop(customer, None)
        self.last[customer] = served
        while len(self.last) > KNOWN_MAX:
            del self.last[next(iter(self.last))]

    def agent_of(self, call: Call, now: datetime, days: int) -> AgentId | None:
        """Who served her last in the group where she waits, if that is not longer ago."""
        customer = customer_of(call)
        served = self.last.get(customer) if customer else None
        if served is None or now - served.at > timedelta(days=days):
            return None
        return served.agent

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Acquaintance) and self.last == other.last

    __hash__ = None  # type: ignore[assignment]


def customer_of(call: Call) -> Customer | None:
    """Under which name she is remembered; None: not at all."""
    if call.test or not call.caller or call.group is None:
        return None
    return known_as(call.group, call.caller)


def known_as(group: str, number: str) -> Customer:
    """With the country's code or without, it is one customer."""
    return GroupKey(group), at_home(number)
