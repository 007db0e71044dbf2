"""Who comes in, and as whom: accounts, sessions, the door of the WebSocket, and what counts by address."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Final

from yuanzhan.access import Role
from yuanzhan.accounts.office import Office, open_office
from yuanzhan.app.kept import Kept
from yuanzhan.live.house import House
from yuanzhan.settings import Settings
from yuanzhan.web.desk import appeals_ration
from yuanzhan.web.gate import Gate
from yuanzhan.web.handshake import Door
from yuanzhan.web.privacy import asking_ration
from yuanzhan.web.rations import Rations
from yuanzhan.web.rights import Rights

# What was counted by address is forgotten so long after it counts no more; with the longest count, within the
# hour that the privacy page names.
FORGET_PERIOD_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Entrance:
    """`gate` looks at each request, `door` at each WebSocket, `rights` at who is in already."""

    office: Office
    gate: Gate
    door: Door
    rights: Rights
    appeals: Rations
    asking: Rations

    async def forget_addresses(self) -> None:
        """Those that count no more, until cancelled; the halls forget theirs at their ticks."""
        while True:
            await asyncio.sleep(FORGET_PERIOD_S)
            for counted in (self.office.tries, self.appeals, self.asking):
                counted.forget()


def open_entrance(settings: Settings, kept: Kept, house: House) -> Entrance:
    """The way into the house."""
    office = open_office(
        kept.store.database,
        kept.secret,
        idle_hours=settings.session_idle_hours,
        lifetime_days=settings.session_days,
        new_role=Role(settings.oidc_new_role) if settings.oidc_new_role else None,
        damages=kept.inspection.damages,
    )
    gate = Gate(
        office.sessions,
        own_origins=(settings.public_url,),
        staff_second_factor=settings.staff_second_factor,
    )
    door = Door(
        house.open_connection,
        pending_per_address=settings.pending_per_address,
        own_origins=(settings.public_url, *settings.allowed_origins),
        trust_forwarded=settings.trust_forwarded,
        identify=gate.signed_in,
    )
    return Entrance(
        office=office,
        gate=gate,
        door=door,
        rights=Rights(gate.holding, house),
        appeals=appeals_ration(time.monotonic),
        asking=asking_ration(time.monotonic),
    )
