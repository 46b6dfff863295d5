"""The log tells what went wrong, and no caller's number."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.story import Story

NUMBER = "13800001234"
FAILING = """
import sys, structlog
from ccbot.log import configure

def answer(caller):
    raise LookupError("no such sound")

configure(sys.argv[1])
try:
    answer(sys.argv[2])
except LookupError:
    structlog.get_logger().exception("visit failed", call_id="call-1")
"""


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_traceback_does_not_tell_what_its_frames_held(form: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", FAILING, form, NUMBER],
        capture_output=True,
        text=True,
        check=True,
    ).stderr

    assert "no such sound" in said
    assert "visit failed" in said
    assert "answer" in said
    assert NUMBER not in said


def test_a_calls_description_does_not_hold_its_number() -> None:
    story = Story()
    story.caller("first", number=NUMBER)

    assert NUMBER not in repr(story.floor.calls)


@pytest.mark.parametrize("form", ["text", "json"])
def test_full_disk_ends_nobody_who_logs(form: str) -> None:
    program = (
        "import structlog\n"
        "from ccbot.log import configure\n"
        f"configure({form!r})\n"
        "for number in range(1000):\n"
        "    structlog.get_logger().error('the disk is full', number=number)\n"
        "print('alive', flush=True)\n"
    )
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=full, check=False
        )
    assert done.stdout == b"alive\n"
