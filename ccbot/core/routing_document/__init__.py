"""The routing document: everything about the hotline that is data and not code.

One YAML document; ``schema()`` is its JSON Schema, made from these types. Prompts are named by
their ids in the catalogue. Durations carry their unit in the name.
"""

from pathlib import Path

from ccbot.core.routing_document.after import Callback as Callback
from ccbot.core.routing_document.after import Recording as Recording
from ccbot.core.routing_document.after import Voicemail as Voicemail
from ccbot.core.routing_document.changes import Change as Change
from ccbot.core.routing_document.changes import changes as changes
from ccbot.core.routing_document.document import AgentSkills as AgentSkills
from ccbot.core.routing_document.document import RoutingDocument as RoutingDocument
from ccbot.core.routing_document.document import schema as schema
from ccbot.core.routing_document.entries import Customers as Customers
from ccbot.core.routing_document.entries import Destination as Destination
from ccbot.core.routing_document.entries import Entry as Entry
from ccbot.core.routing_document.entries import Lookup as Lookup
from ccbot.core.routing_document.entries import Menu as Menu
from ccbot.core.routing_document.faults import faults as faults
from ccbot.core.routing_document.groups import Group as Group
from ccbot.core.routing_document.groups import Member as Member
from ccbot.core.routing_document.groups import Overflow as Overflow
from ccbot.core.routing_document.groups import Relax as Relax
from ccbot.core.routing_document.groups import Skills as Skills
from ccbot.core.routing_document.groups import Strategy as Strategy
from ccbot.core.routing_document.groups import WaitingKey as WaitingKey
from ccbot.core.routing_document.hours import Emergency as Emergency
from ccbot.core.routing_document.hours import Hours as Hours
from ccbot.core.routing_document.hours import HoursException as HoursException
from ccbot.core.routing_document.looks import what_looks_wrong as what_looks_wrong
from ccbot.core.routing_document.reading import read_document as read_document
from ccbot.core.routing_document.surveys import Survey as Survey

DEFAULT = Path(__file__).with_name("default.yaml")
"""The document of a new centre."""
