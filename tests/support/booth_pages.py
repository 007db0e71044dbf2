"""An operator and two exhibitors of two organisations at a running server, and uploads as programs send
them."""

from __future__ import annotations

import base64
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.conftest import RunningServer
from tests.support.described import assert_described
from tests.support.people import Page, page

TUS = {"Tus-Resumable": "1.0.0"}


def upload_metadata(**values: str) -> str:
    """Upload-Metadata of these values."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


@dataclass(frozen=True)
class Exhibitor:
    """An exhibitor's page, and a token for programs."""

    page: Page
    token: str

    async def booth(self, title: str = "展位") -> str:
        """The id of a new booth."""
        status, body = await self.page.ask("POST", "/api/booths", {"title": {"zh": title, "en": title}})
        assert status == 201, body
        return str(body["id"])

    async def get(self, booth: str) -> Any:
        status, body = await self.page.ask("GET", f"/api/booths/{booth}")
        assert status == 200, body
        return body

    async def request(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, data: Any = None
    ) -> tuple[int, Mapping[str, str], Any]:
        """What a program with the token hears: status, headers, and the body if it is JSON."""
        sent = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"} | dict(headers or {})
        data = io.BytesIO(data) if isinstance(data, bytes) else data
        async with self.page.http.request(
            method, path, headers=sent, data=data, skip_auto_headers=["Content-Type"]
        ) as answer:
            is_json = answer.content_type == "application/json" and method != "HEAD"
            body = await answer.json() if is_json else None
            assert_described(method, path, answer.status, body)
            return answer.status, answer.headers, body

    async def begin(self, booth: str, length: int, **metadata: str) -> str:
        """The path of a new upload."""
        told = upload_metadata(booth=booth, **({"filename": "model.glb"} | metadata))
        headers = TUS | {"Upload-Length": str(length), "Upload-Metadata": told}
        status, answer, body = await self.request("POST", "/api/uploads", headers)
        assert status == 201, body
        return answer["Location"]

    async def patch(
        self, path: str, offset: int, data: Any, **headers: str
    ) -> tuple[int, Mapping[str, str], Any]:
        """Append `data`."""
        sent = TUS | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        return await self.request("PATCH", path, sent | headers, data)

    async def send(self, booth: str, content: bytes, **metadata: str) -> int:
        """A whole upload; the version's number."""
        path = await self.begin(booth, len(content), **metadata)
        status, headers, body = await self.patch(path, 0, content)
        assert status == 204, body
        return int(headers["Yuanzhan-Version"])


@dataclass(frozen=True)
class Expo:
    """Everybody who has to do with booths. `operator` is the owner."""

    operator: Page
    lin: Exhibitor
    wei: Exhibitor


@asynccontextmanager
async def expo(server: RunningServer) -> AsyncIterator[Expo]:
    """All of them, signed in."""
    async with AsyncExitStack() as stack:
        owner = await stack.enter_async_context(page(server.base_url))
        assert server.owner_url is not None
        await owner.accept(server.owner_url, "owner")
        exhibitors = []
        for login in ("lin", "wei"):
            browser = await stack.enter_async_context(page(server.base_url))
            await browser.accept(await owner.invite("exhibitor", organisation={"name": login}), login)
            status, body = await browser.ask("POST", "/api/tokens", {"name": "pipeline"})
            assert status == 201, body
            exhibitors.append(Exhibitor(browser, body["token"]))
        yield Expo(owner, *exhibitors)
