"""The names of things; each its own type, so that no two are ever mistaken for each other."""

from typing import NewType

CallId = NewType("CallId", str)
"""One visit of one customer, over all its legs: ``call-…``."""

LegId = NewType("LegId", str)
"""A channel in Asterisk."""

OfferId = NewType("OfferId", str)
"""One reservation of one agent for one call: ``offer-…``."""

AgentId = NewType("AgentId", str)
"""An agent's number (工号), 3 to 6 digits."""

GroupKey = NewType("GroupKey", str)
"""A group of agents: ``service``, ``tech``, ``marketing`` or another of the routing document."""
