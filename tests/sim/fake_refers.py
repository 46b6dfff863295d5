"""A telephone's transfer button at a simulated Asterisk: REFER, and what its sender is told."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sim.fake_asterisk import FakeAsterisk
    from tests.sim.fake_channels import FakeChannel

HANDLING = "PJSIP_TRANSFER_HANDLING()"
ARI_ONLY = "ari-only"
ACCEPTED, DECLINED = 202, 603


def refer(
    asterisk: "FakeAsterisk",
    channel: "FakeChannel",
    destination: str,
    consult: "FakeChannel | None" = None,
) -> None:
    """REFER in this channel's dialog; attended, if it names another call of the same phone."""
    if channel.gone:
        return
    account = asterisk.accounts.get(("endpoint", channel.endpoint), {})
    if account.get("allow_transfer") == "no":
        channel.told_of_refer.append(DECLINED)
        return
    by_account = account.get("set_var") == f"{HANDLING}={ARI_ONLY}"
    if channel.variables.get(HANDLING) != ARI_ONLY and not by_account:
        raise AssertionError("Asterisk would carry the transfer out by itself: teach it")
    channel.told_of_refer.append(ACCEPTED)
    channel.refer_is_open = True
    channel.tell(
        "ChannelTransfer",
        refer_to=_refer_to(destination, consult),
        referred_by={"source_channel": channel.json(), **_others(channel)},
    )


def _refer_to(destination: str, consult: "FakeChannel | None") -> dict[str, Any]:
    if consult is None:
        return {"requested_destination": {"destination": destination}}
    return {
        "requested_destination": {
            "destination": destination,
            "protocol_id": consult.json()["protocol_id"],
            "additional_protocol_params": [
                {"parameter_name": "from", "parameter_value": "tag-from"},
                {"parameter_name": "to", "parameter_value": "tag-to"},
            ],
        },
        "destination_channel": consult.json(),
        **_others(consult),
    }


def _others(channel: "FakeChannel") -> dict[str, Any]:
    """Its bridge, and the one whom it is connected with there, if it is one alone."""
    if channel.bridge is None:
        return {}
    others = [one for one in channel.bridge.channels if one is not channel]
    connected = {"connected_channel": others[0].json()} if len(others) == 1 else {}
    return {"bridge": channel.bridge.json(), **connected}
