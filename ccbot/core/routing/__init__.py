"""Who gets whom: which agent is asked for which caller, and why not another.

In this order: who may be asked at all (``eligible``), which caller comes first (``callers``), and
whom of the candidates to ask (``strategies``); ``matching`` puts the three together, ``moments``
says when time alone changes the answer. All of it follows from the floor, its document and the
moment; nothing here keeps or changes anything.
"""

from ccbot.core.routing.callers import in_order as in_order
from ccbot.core.routing.callers import standing as standing
from ccbot.core.routing.eligible import Excluded as Excluded
from ccbot.core.routing.eligible import on_the_line as on_the_line
from ccbot.core.routing.eligible import serves as serves
from ccbot.core.routing.eligible import why_not as why_not
from ccbot.core.routing.matching import Match as Match
from ccbot.core.routing.matching import match as match
from ccbot.core.routing.moments import next_moment as next_moment
from ccbot.core.routing.strategies import may_ring_beside as may_ring_beside
