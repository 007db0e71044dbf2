"""What is measured of it all, who looks at it, and who is told when something is out of bounds."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

import yuanzhan
from yuanzhan.app.kept import Kept
from yuanzhan.instants import now_ms
from yuanzhan.live.house import House
from yuanzhan.live.ticker import Ticker
from yuanzhan.reach import base_url
from yuanzhan.settings import Settings
from yuanzhan.watching.alerts import Alerts, thresholds
from yuanzhan.watching.firing import read_firing, write_firing
from yuanzhan.watching.watch import Watch
from yuanzhan.watching.webhook import Webhook
from yuanzhan.web.crowds import Crowds
from yuanzhan.web.handshake import Door
from yuanzhan.web.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Gauges:
    """`ticker` is here because its ticks are what is measured first."""

    crowds: Crowds
    metrics: Metrics
    ticker: Ticker
    watch: Watch
    webhook: Webhook


def put_on(settings: Settings, kept: Kept, house: House, door: Door) -> Gauges:
    """The gauges, read for the first time."""
    crowds = Crowds(house.head_counts, house.observer_counts, house.queue_counts, house.doors)
    metrics = Metrics(
        crowds,
        lambda: door.pending,
        house.traffic,
        lambda: shutil.disk_usage(settings.data_dir).free,
        lambda: kept.store.seal.unsigned_count,
        lambda: kept.inspection.finding_count,
    )
    webhook = webhook_of(settings)
    firing_file = settings.data_dir / "alerts.json"
    return Gauges(
        crowds=crowds,
        metrics=metrics,
        ticker=Ticker(house.tick, metrics.observe_tick, prepare=house.read_ahead),
        watch=Watch(
            metrics.read,
            Alerts(thresholds(settings), read_firing(firing_file)),
            webhook.tell,
            now_ms,
            lambda firing: write_firing(firing_file, firing),
        ),
        webhook=webhook,
    )


def webhook_of(settings: Settings) -> Webhook:
    """Who is told, and which server it is that tells."""
    return Webhook(settings.alert_webhook, base_url(settings, settings.port), yuanzhan.__version__)
