"""The routing document: everything about the hotline that is data and not code.

One YAML document; ``schema()`` is its JSON Schema, made from these types. Prompts are named by
their ids in the catalogue. Durations carry their unit in the name.
"""

from pathlib import Path

from ccbot.core.routing_document.document import RoutingDocument as RoutingDocument
from ccbot.core.routing_document.document import schema as schema
from ccbot.core.routing_document.entries import Entry as Entry
from ccbot.core.routing_document.entries import Menu as Menu
from ccbot.core.routing_document.faults import faults as faults
from ccbot.core.routing_document.groups import Group as Group
from ccbot.core.routing_document.surveys import Survey as Survey

DEFAULT = Path(__file__).with_name("default.yaml")
"""The document of a new centre."""
