"""A fault of ours over what one visitor said is that visitor's alone."""

from __future__ import annotations

from tests.support.floors import flat_hall
from tests.support.house_server import serve_house
from tests.unit.live.conftest import receive, receive_until
from yuanzhan.client import Client
from yuanzhan.live.safety import Answered, Safety
from yuanzhan.moderation.reports import Complaint
from yuanzhan.protocol.messages.moderation import Report
from yuanzhan.protocol.messages.people import Chat, Said


def break_down(complaint: Complaint, answered: Answered) -> bool:
    """Whoever takes reports, on a bad day."""
    raise RuntimeError("on purpose")


async def test_the_others_go_on_and_so_do_the_ticks() -> None:
    async with (
        serve_house([flat_hall()], safety=Safety(complain=break_down)) as server,
        await Client.connect(server.url, hall="hall", name="one") as one,
        await Client.connect(server.url, hall="hall", name="other") as other,
    ):
        await one.send(Report("person", "noise", id=other.id))
        assert (await one.ended()).code == 1006
        await other.send(Chat("still here"))
        assert (await receive(other, Said)).text == "still here"
        # The same visitor again, in its place, over a socket that may have the number of the broken one.
        again = await one.reconnect(server.url)
        assert (again.welcome.resumed, again.id) == (True, one.id)
        slot = again.id & 0xFFFF
        await again.send_pose(x=1.5, z=1.0, teleported=True)
        await receive_until(other, lambda: bool(abs(other.crowd.x[slot] - 1.5) < 0.001))
        await again.leave()
