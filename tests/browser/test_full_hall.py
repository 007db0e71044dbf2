"""A hall for one: the next to come watches and is let in by itself; who comes after waits, or goes on."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.conftest import Visitors
from tests.browser.server import Server
from tests.browser.visitor import Visitor


def test_who_comes_to_a_full_hall_watches_or_waits_and_is_let_in_by_itself(
    browser: Browser, client_dir: Path, scenes_dir: Path, data_dir: Path
) -> None:
    with (
        Server(client_dir, scenes_dir, data_dir, hall_capacity=1, hall_observers=1) as server,
        Visitors(browser, server) as visitors,
    ):
        anna, bo = (entered(visitors.arrive(name)) for name in ("安娜", "Bo"))
        assert "You are next" in bo.page.locator(".observing").inner_text()
        assert bo.page.locator(".chat-input").is_disabled()
        bo.page.locator(".menu > .hud-button").dispatch_event("click")
        bo.page.locator(".menu-item", has_text="How to move").dispatch_event("click")
        keys = " ".join(bo.page.locator(".keys-help li").all_text_contents())
        assert "Walk" in keys
        assert not any(word in keys for word in ("Chat", "Sit", "Wave", "Change view"))
        bo.wait_for_other(anna.me["id"], "person")
        anna.page.keyboard.press("Enter")
        anna.page.keyboard.type("有人吗")
        anna.page.keyboard.press("Enter")
        bo.page.get_by_text("有人吗").wait_for(timeout=3000)
        assert anna.others() == []

        chen = visitors.arrive("Chen")
        chen.page.get_by_text("You are next").wait_for()
        chen.page.locator(".other-halls .btn").click()
        chen.wait_in("retail")

        anna.page.locator(".hud-nav .hud-button", has_text="Leave").click()
        bo.wait("() => window.yuanzhan.me().id >= 0")
        bo.page.locator(".observing").wait_for(state="hidden")
        bo.page.locator(".keys-help li", has_text="Chat").wait_for(state="attached")
        assert bo.page.locator(".chat-input").is_enabled()
        assert server.get("/api/halls/lobby")["visitors"] == 1
        visitors.assert_no_complaints()


def test_a_full_hall_where_nobody_may_watch_or_wait_says_so_at_the_button(
    browser: Browser, client_dir: Path, scenes_dir: Path, data_dir: Path
) -> None:
    with (
        Server(client_dir, scenes_dir, data_dir, hall_capacity=1, hall_observers=0, hall_queue=0) as server,
        Visitors(browser, server) as visitors,
    ):
        anna = entered(visitors.arrive("安娜"))
        bo = visitors.arrive("Bo", "/")
        button = bo.page.locator(".enter")
        button.get_by_text("is full").wait_for()
        assert button.is_disabled()
        anna.page.locator(".hud-nav .hud-button", has_text="Leave").click()
        button.get_by_text("Enter").wait_for()
        assert button.is_enabled()
        visitors.assert_no_complaints()


def entered(visitor: Visitor) -> Visitor:
    visitor.enter()
    return visitor
