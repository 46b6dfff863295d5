"""Agents' SIP accounts, pushed to Asterisk's memory: no files, no reloads, no clear passwords."""

import asyncio
from contextlib import suppress
from typing import Final

from ccbot.ari.client import Ari
from ccbot.ari.errors import NotFound
from ccbot.core.ids import AgentId
from ccbot.pbx.refer import HANDLING

REALM: Final = "ccbot"

CONTACT_S: Final = 120
"""A phone registers again at least so often."""

SESSION_S: Final = 600
"""Half of this after its answer a phone is asked whether it is still there (RFC 4028)."""


_IN_PART: Final = ""
"""In place of an HA1: we do not know how much of the account Asterisk has."""


def endpoint_of(agent: AgentId) -> str:
    """The endpoint of an agent's desk phone."""
    return f"p-{agent}"


def agent_of(endpoint: str) -> AgentId | None:
    """Whose desk phone an endpoint is; None if it is no agent's."""
    kind, dash, number = endpoint.partition("-")
    return AgentId(number) if kind == "p" and dash and number.isdigit() else None


async def push_account(ari: Ari, agent: AgentId, ha1: str, *, takes_refer: bool = False) -> None:
    """Make or replace the account; in force at once. Order matters: auth, aor, endpoint."""
    name = endpoint_of(agent)
    await _put(
        ari,
        "auth",
        name,
        {
            "auth_type": "digest",
            "username": name,
            "realm": REALM,
            "password_digest": f"MD5:{ha1}",
        },
    )
    await _put(
        ari,
        "aor",
        name,
        {
            "max_contacts": "1",
            "remove_existing": "yes",
            "qualify_frequency": "5",
            "qualify_timeout": "2",
            "minimum_expiration": "30",
            "maximum_expiration": str(CONTACT_S),
            "default_expiration": str(CONTACT_S),
        },
    )
    fields = _endpoint_fields(agent, name)
    if takes_refer:
        fields |= {"allow_transfer": "yes", "set_var": HANDLING}
    await _put(ari, "endpoint", name, fields)


async def remove_account(ari: Ari, agent: AgentId) -> None:
    """The account is gone: the phone registers no more, and rings no more."""
    name = endpoint_of(agent)
    for kind in ("endpoint", "aor", "auth"):
        with suppress(NotFound):
            await ari.asterisk.delete_object(config_class="res_pjsip", object_type=kind, id=name)


def _endpoint_fields(agent: AgentId, name: str) -> dict[str, str]:
    return {
        "context": "from-agents",
        "disallow": "all",
        "allow": "alaw,ulaw",
        "auth": name,
        "aors": name,
        "callerid": f"{agent} <{agent}>",
        "direct_media": "no",
        "rtp_symmetric": "yes",
        "force_rport": "yes",
        "rewrite_contact": "yes",
        "dtmf_mode": "auto",
        "device_state_busy_at": "1",
        "timers": "always",
        "timers_sess_expires": str(SESSION_S),
        "language": "zh",
        # What a phone must not do: transfer by itself, subscribe, learn the customer's number.
        "allow_transfer": "no",
        "allow_subscribe": "no",
        "send_pai": "no",
        "send_rpid": "no",
        "send_connected_line": "no",
        "trust_id_inbound": "no",
        "trust_id_outbound": "no",
        "message_context": "nowhere",
    }


async def _put(ari: Ari, kind: str, name: str, fields: dict[str, str]) -> None:
    await ari.asterisk.update_object(
        config_class="res_pjsip",
        object_type=kind,
        id=name,
        fields=[{"attribute": key, "value": value} for key, value in fields.items()],
    )


class Accounts:
    """Which accounts Asterisk should have, and which it has; pushed again after it restarted."""

    def __init__(self, ari: Ari) -> None:
        self._ari = ari
        self._wanted: dict[AgentId, str] | None = None
        self._pushed: dict[AgentId, str] | None = None
        """None: we do not know what Asterisk has; an empty HA1: the account is there in part."""
        self.takes_refer = False
        """Phones may ask for transfers: whoever knows that Asterisk is fit for it says so here."""
        self._lock = asyncio.Lock()

    async def want(self, wanted: dict[AgentId, str]) -> None:
        """Number → HA1 of every agent. ``AriError``: Asterisk is away, and gets them later."""
        self._wanted = dict(wanted)
        await self.push()

    async def push(self, *, afresh: bool = False) -> None:
        """Push what is new or changed, remove what is not wanted; no request if all is well.

        ``AriError``: it failed at one of them, and the next push goes on from there.
        ``afresh``: Asterisk was started, or we were, and what it has is not known.
        """
        async with self._lock:
            if afresh:
                self._pushed = None
            if self._wanted is None:
                return
            if self._pushed is None:
                self._pushed = dict.fromkeys(await self._found(), _IN_PART)
            for agent in self._pushed.keys() - self._wanted.keys():
                self._pushed[agent] = _IN_PART
                await remove_account(self._ari, agent)
                del self._pushed[agent]
            for agent, ha1 in self._wanted.items():
                if self._pushed.get(agent) != ha1:
                    self._pushed[agent] = _IN_PART
                    await push_account(self._ari, agent, ha1, takes_refer=self.takes_refer)
                    self._pushed[agent] = ha1

    async def _found(self) -> set[AgentId]:
        """The agents whose accounts Asterisk has, whoever pushed them."""
        endpoints = await self._ari.endpoints.list_by_tech(tech="PJSIP")
        return {agent for one in endpoints if (agent := agent_of(one.resource))}
