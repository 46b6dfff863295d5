"""A speech engine that says nothing, ten milliseconds for each sign of the text."""

import sys
from pathlib import Path

SPEAKS = """
import json
for line in sys.stdin:
    request = json.loads(line)
    if "!" in request["text"]:
        sys.exit("no breath left")
    ms = 10 * len(request["text"])
    pathlib.Path(request["file"]).write_bytes(bytes([0xD5]) * 8 * ms)
    with said.open("a") as book:
        book.write(line)
    print(json.dumps({"file": request["file"], "ms": ms}), flush=True)
"""


class Engine:
    """Stands in ``home/speech`` as the real one would; a text with a ``!`` makes it fail."""

    def __init__(self, home: Path) -> None:
        self._said = home / "said"
        folder = home / "speech"
        python = folder / "venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        head = (
            f"#!{sys.executable}\nimport pathlib, sys\nsaid = pathlib.Path({str(self._said)!r})\n"
        )
        python.write_text(head + SPEAKS)
        python.chmod(0o755)
        for file in ("complete", "zf_xiaobei.bin", "af_heart.bin"):
            (folder / file).touch()

    def said(self) -> str:
        """Every request so far, a line each."""
        return self._said.read_text() if self._said.exists() else ""
