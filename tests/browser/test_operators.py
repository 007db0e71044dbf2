"""A live session as operators run it: real pages, a report, three acts, and who was banned stays out."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitors
from tests.browser.crowd import bots_in
from tests.browser.desk import WAIT_MS, act, choose_report, find, open_console, shot
from tests.browser.server import Server
from tests.browser.visitor import Visitor
from yuanzhan.client import Client
from yuanzhan.protocol.limits import SUBPROTOCOL
from yuanzhan.protocol.messages.people import Chat

CHINESE: dict[str, Any] = {"locale": "zh-CN"}
FOREIGN_ADDRESS = "127.0.0.7"


MARKUP = "<img src=x onerror=x()>"
DISGUISED = "风继续吹<svg onload=x()>"
FOREIGN_PAGE = "http://elsewhere.example/"
KNOCK = """([url, protocol]) => new Promise((tell) => {
  const socket = new WebSocket(url, protocol);
  socket.onopen = () => { socket.close(); tell('open'); };
  socket.onerror = () => tell('refused');
})"""


class Bridge:
    """Forwards connections from an address of its own, as another household would have: bytes and nothing
    else.
    """

    def __init__(self, port: int, source: str) -> None:
        self._target = port
        self._source = source
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._forward, args=(near,), daemon=True).start()

    def _forward(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self._target), source_address=(self._source, 0))
        except OSError:
            near.close()
            return
        with near, far:
            back = threading.Thread(target=_pump, args=(far, near), daemon=True)
            back.start()
            _pump(near, far)
            back.join()

    def close(self) -> None:
        self._listener.close()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@pytest.fixture
def bridge(server: Server) -> Iterator[Bridge]:
    with closing(Bridge(server.port, FOREIGN_ADDRESS)) as bridge:
        yield bridge


@pytest.fixture
def console(browser: Browser, server: Server) -> Iterator[Page]:
    """The console, with the first owner signed in."""
    with open_console(browser, server) as page:
        yield page


def say(visitor: Visitor, words: str) -> None:
    visitor.page.locator("#chat-input").fill(words)
    visitor.page.locator("#chat-input").press("Enter")


HOLD = """() => {
  const real = window.fetch, held = [];
  window.fetch = (url, ...more) => String(url).includes('/api/reports/')
    ? new Promise((answer) => held.push(() => real(url, ...more).then(answer))) : real(url, ...more);
  window.letGo = async () => {
    window.fetch = real;
    await Promise.all(held.map((each) => each()));
  };
}"""


def nobody_is_acted_on_unknown(console: Page) -> None:
    """While it is not known yet who was chosen, Enter reaches nobody; and who was let go of meanwhile does
    not come back with the answer.
    """
    console.evaluate(HOLD)
    console.locator(".desk-report").click()
    expect(console.locator(".act-go")).to_be_disabled()
    console.locator(".desk-middle h1").click()
    console.keyboard.press("Enter")
    console.keyboard.press("Escape")
    expect(console.locator(".desk-nobody")).to_be_visible()
    console.evaluate("() => window.letGo()")
    expect(console.locator(".desk-nobody")).to_be_visible()
    expect(console.locator(".desk-foot")).not_to_contain_text("风继续吹")
    choose_report(console, DISGUISED)


def no_other_sites_page_connects(console: Page, server: Server) -> None:
    """In the browser of an operator who is signed in, and looks at another site."""
    socket_of = [server.url.replace("http", "ws", 1) + "/ws", SUBPROTOCOL]
    assert console.evaluate(KNOCK, socket_of) == "open"
    foreign = console.context.new_page()
    foreign.route(FOREIGN_PAGE, lambda route: route.fulfill(content_type="text/html", body="<p>elsewhere"))
    foreign.goto(FOREIGN_PAGE)
    assert foreign.evaluate(KNOCK, socket_of) == "refused"
    foreign.close()


def colleagues_wear_their_badge(console: Page, server: Server, visitor: Visitor) -> None:
    """What staff say bears what nobody can type, as soon as the page knows who that is."""
    cookies = "; ".join(f"{each['name']}={each['value']}" for each in console.context.cookies())
    heard = threading.Event()

    async def talk() -> None:
        url = server.url.replace("http", "ws", 1) + "/ws"
        async with await Client.connect(url, hall="lobby", name="林栀", headers={"Cookie": cookies}) as one:
            while not heard.is_set():
                await one.send(Chat("欢迎光临"))
                await asyncio.sleep(1.1)

    talking = threading.Thread(target=lambda: asyncio.run(talk()))
    talking.start()
    try:
        badges = visitor.page.locator(".chat-log li", has_text="欢迎光临").locator(".chat-badge.duty")
        expect(badges.first).to_have_text("工作人员", timeout=WAIT_MS)
        shot(visitor.page, "badge")
    finally:
        heard.set()
        talking.join()


def no_markup_of_others(*pages: Page) -> None:
    """What visitors and staff wrote is text wherever it is shown."""
    for page in pages:
        expect(page.locator("svg[onload], img[onerror], img[src=x]")).to_have_count(0)


@pytest.fixture
def bots(server: Server) -> Iterator[int]:
    """As many as `make evening` says, otherwise none."""
    with bots_in(server, "lobby", usual=0) as count:
        yield count


@pytest.mark.timeout(400)
def test_from_a_report_to_a_ban_that_holds_and_an_undo(
    bots: int, console: Page, visitors: Visitors, server: Server, bridge: Bridge, browser: Browser
) -> None:
    no_other_sites_page_connects(console, server)
    good = visitors.arrive("小满", **CHINESE)
    bad = Visitor(browser, bridge.url, DISGUISED, dict(CHINESE))
    bad.expect("WebSocket")
    try:
        bad.open("/halls/lobby")
        good.enter()
        bad.enter()

        colleagues_wear_their_badge(console, server, good)

        # Reported in two clicks: the name, and why; with what was said.
        say(bad, f"加我，不加就一直跟着你{MARKUP}")
        line = good.page.locator(".chat-log li", has_text="不加就一直跟着你")
        expect(line).to_have_count(1, timeout=WAIT_MS)
        line.locator("button.chat-name").click()
        shot(good.page, "report")
        expect(good.page.locator(".person-sheet")).to_contain_text(DISGUISED)
        no_markup_of_others(good.page)
        good.page.locator(".person-sheet .chip", has_text="骚扰").click()
        expect(good.page.locator(".toast")).to_contain_text("已交给值守人员", timeout=WAIT_MS)
        expect(console.locator(".desk-report")).to_have_count(1, timeout=WAIT_MS)
        choose_report(console, DISGUISED)
        expect(console.locator(".desk-lines .marked")).to_contain_text("不加就一直跟着你")
        expect(console.locator(".desk-lines .marked")).to_contain_text(MARKUP)
        expect(console.locator(".desk-report")).to_contain_text(DISGUISED)
        no_markup_of_others(console)
        shot(console, "console-report")
        nobody_is_acted_on_unknown(console)

        # Muted, and told so; nobody hears another word.
        console.locator(".act-note").fill(f"请勿跟随他人{MARKUP}")
        act(console, "禁言")
        expect(bad.page.locator("dialog.sanction")).to_contain_text(
            re.compile(r"您被禁言 30 分钟，到 \d\d:\d\d 为止，事由：骚扰"), timeout=WAIT_MS
        )
        expect(bad.page.locator("dialog.sanction")).to_contain_text(f"请勿跟随他人{MARKUP}")
        no_markup_of_others(bad.page, good.page, console)
        shot(bad.page, "muted")
        bad.page.locator("dialog.sanction .btn.primary").click()
        expect(bad.page.locator("#chat-input")).to_be_disabled()
        # Who has read it reads it again, and may appeal then.
        bad.page.locator(".chat-why").click()
        expect(bad.page.locator("dialog.sanction")).to_contain_text(f"请勿跟随他人{MARKUP}")
        expect(bad.page.locator("dialog.sanction .appeal .btn")).to_be_visible()
        bad.page.locator("dialog.sanction .btn.primary").click()
        expect(console.locator(".desk-did")).to_contain_text("禁言 30 分钟")

        # Removed: out at once, and not back in by a reload. The first act has answered the report, and who it
        # is about is chosen still.
        act(console, "请离")
        expect(bad.page.locator(".cover h1")).to_have_text("您被请出了展厅", timeout=WAIT_MS)
        come_again(bad)
        expect(bad.page.locator(".cover h1")).to_have_text("您被请出了展厅", timeout=WAIT_MS)
        console.locator(".desk-foot .desk-undo", has_text="撤销").click()
        expect(console.locator(".desk-foot")).to_contain_text("已撤销", timeout=WAIT_MS)
        let_in_again(bad)

        # Banned, the network too: a reload, another name and an empty storage change nothing.
        find(console, DISGUISED)
        act(console, "封禁", "harassment")
        console.locator("#ban-network").check()
        shot(console, "ban")
        console.locator("dialog.ban .btn.danger").click()
        expect(bad.page.locator(".cover h1")).to_have_text("您不能入场", timeout=WAIT_MS)
        shot(bad.page, "banned")
        come_again(bad)
        expect(bad.page.locator(".cover h1")).to_have_text("您不能入场", timeout=WAIT_MS)
        bad.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        bad.context.clear_cookies()
        profile = json.dumps({"name": "换个名字", "look": 1})
        bad.evaluate("(profile) => localStorage.setItem('yuanzhan.profile', profile)", profile)
        come_again(bad)
        expect(bad.page.locator(".cover h1")).to_have_text("您不能入场", timeout=WAIT_MS)

        # An appeal, and the undo that lets them in.
        bad.page.locator(".appeal .btn").first.click()
        bad.page.locator(".appeal .btn", has_text="提交申诉").click()
        expect(bad.page.locator(".appeal-told")).to_have_text("请写下哪里有误")
        bad.page.locator("#appeal-text").fill("认错人了")
        bad.page.locator(".appeal .btn", has_text="提交申诉").click()
        expect(bad.page.locator(".appeal-told")).to_contain_text("已交给值守人员", timeout=WAIT_MS)
        expect(console.locator(".desk-appeal")).to_contain_text("认错人了", timeout=WAIT_MS)
        console.locator(".desk-appeal .btn", has_text="采纳").click()
        expect(console.locator(".desk-appeal")).to_have_count(0, timeout=WAIT_MS)
        let_in_again(bad)
        assert bad.complaints() == []
    finally:
        bad.context.close()


def let_in_again(visitor: Visitor) -> None:
    """The page that keeps them out says by itself that it is over."""
    expect(visitor.page.locator(".cover h1")).to_have_text("您可以再次入场了", timeout=WAIT_MS)
    visitor.page.locator(".cover .btn.primary").click()
    visitor.enter()


def come_again(visitor: Visitor) -> None:
    """Load the page anew; what it shows then is waited for by who asks."""
    visitor.page.reload(wait_until="commit", timeout=WAIT_MS)
