"""What the image, the compose file and systemd's units promise."""

import configparser
from pathlib import Path

import pytest
import yaml

from ccbot.settings import PROJECT

UNITS = sorted((PROJECT / "deploy").glob("*.service"))


def unit(path: Path) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment, method-assign]
    parsed.read(path)
    return parsed


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_has_no_rights_and_is_started_again(path: Path) -> None:
    service = unit(path)["Service"]
    assert service["User"] == "ccbot"
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["UMask"] == "0027"
    assert service["Restart"] == "always"
    assert service["CapabilityBoundingSet"] == ""
    assert service["ExecStart"].startswith("/opt/ccbot/script/ccbot part ")
    assert unit(path)["Unit"]["StartLimitIntervalSec"] == "0"


def test_ccbot_is_watched() -> None:
    service = unit(PROJECT / "deploy" / "ccbot.service")["Service"]
    assert (service["Type"], service["NotifyAccess"]) == ("notify", "main")
    assert int(service["WatchdogSec"]) <= 10


def test_compose_runs_the_three_parts_on_one_home_without_rights() -> None:
    services = yaml.safe_load((PROJECT / "compose.yaml").read_text())["services"]
    assert {name: one["command"] for name, one in services.items()} == {
        name: ["part", name] for name in ("postgres", "asterisk", "ccbot")
    }
    for one in services.values():
        assert one["volumes"] == ["home:/var/lib/ccbot"]
        assert one["restart"] == "unless-stopped"
        assert one["cap_drop"] == ["ALL"]
        assert one["read_only"] is True
        assert one["healthcheck"]["test"][-1] == "--check"
        assert "ports" not in one
    assert services["postgres"]["network_mode"] == "none"
    assert services["asterisk"]["network_mode"] == services["ccbot"]["network_mode"] == "host"


def test_the_image_runs_without_root_and_takes_only_what_runs() -> None:
    lines = (PROJECT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER")] == ["USER ccbot"]
    taken = (PROJECT / ".dockerignore").read_text().split("\n")
    assert "*" in taken
    assert not {"!.env", "!var", "!tests"} & set(taken)
