"""What is put on record, made from facts alone: made again from the stored ones, it is the same."""

from ccbot.core.records.fold import record as record
from ccbot.core.records.rows import CallRecord as CallRecord
from ccbot.core.records.rows import NotACallError as NotACallError
from ccbot.core.records.rows import RecordingStatus as RecordingStatus
from ccbot.core.records.rows import Segment as Segment
from ccbot.core.records.rows import SegmentKind as SegmentKind
from ccbot.core.records.rows import whole_ms as whole_ms
