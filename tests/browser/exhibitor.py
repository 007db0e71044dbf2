"""What tests of exhibitors' pages share: how one joins, models to send, what visitors are shown."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import count
from pathlib import Path

from tests.browser.person import Person
from tests.browser.visitor import Visitor

MODELS = Path(__file__).parents[3] / "shared" / "models" / "valid"
PASSWORD = "a long enough passphrase 7"
NUMBERS = count(1)
# A check begins several processes, one after the other, on a machine that may be busy.
CHECK_MS = 180_000
LONG_S = 1_200


def join(person: Person, login: str, name: str) -> None:
    """Fill the page of an invitation."""
    page = person.page
    page.get_by_label("账号", exact=True).fill(login)
    page.get_by_label("姓名", exact=True).fill(name)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.locator("form button").click()
    page.wait_for_url(re.compile("/(exhibitor|operator|account)$"))


def invite_exhibitor(operator: Person, person: Person, organisation: str, name: str) -> None:
    """Have a person come as an exhibitor of a new organisation."""
    wanted = {"role": "exhibitor", "organisation": {"name": organisation}}
    person.page.goto(operator.send("POST", "/api/invitations", wanted)["url"])
    join(person, f"tea-{next(NUMBERS)}", name)


def booth_id(exhibitor: Person) -> str:
    """Of the only booth."""
    [booth] = exhibitor.get("/api/booths")
    return str(booth["id"])


def zip_of(names: tuple[str, ...]) -> bytes:
    """These files of the sample models."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.write(MODELS / name, name)
    return packed.getvalue()


def wait_for_version(visitor: Visitor, booth: str, number: int | None) -> None:
    """Until the visitor, who has not reloaded, is shown this version of the booth; None: no longer any."""
    visitor.wait(
        """([id, number]) => {
          const { changing, placed } = window.yuanzhan.booths();
          const booth = placed.find((one) => one.id === id);
          return !changing && (number === null ? !booth : booth?.shown && booth.version === number);
        }""",
        argument=[booth, number],
    )


def open_booth(visitor: Visitor, place: str, title: str) -> None:
    """Walk up to the booth of the plain hall, and open its panel."""
    visitor.evaluate("(at) => window.yuanzhan.visit.go({ hall: 'lobby', at })", place)
    # On the way there is a word of what stands elsewhere.
    visitor.page.locator(".prompt", has_text=title).click()
