"""A day rehearsed: its recorded callers through the same floor, with another routing document.

What the journal does not know is assumed, and ``ASSUMPTIONS`` says what: so a rehearsal is compared
with a rehearsal, that of the document of the day, and both with what really was.
"""

from ccbot.core.rehearsal.compare import Difference as Difference
from ccbot.core.rehearsal.compare import Figures as Figures
from ccbot.core.rehearsal.compare import differences as differences
from ccbot.core.rehearsal.compare import figures as figures
from ccbot.core.rehearsal.fates import End as End
from ccbot.core.rehearsal.fates import Fate as Fate
from ccbot.core.rehearsal.recorded import Arrival as Arrival
from ccbot.core.rehearsal.recorded import Day as Day
from ccbot.core.rehearsal.recorded import Recorder as Recorder
from ccbot.core.rehearsal.run import rehearse as rehearse

ASSUMPTIONS = (
    "callers come when they came, and ask for the group that they asked for",
    "who left, or chose something else, does so after the same time; others have patience",
    "every phone that rings is answered, after its agent's median time of the day",
    "a talk lasts as long as it did, or as the median of the day; transfers are part of it",
    "agents sign in and out, pause and wrap up as they did; callbacks and test calls are left out",
    "no line drops, nothing is published, and nobody is there from the day before",
)
"""In words for whoever reads the figures."""
