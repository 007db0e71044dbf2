"""Structured logs: readable on a terminal, one JSON object a line elsewhere.

Nobody's name, address or account is written: logs are about nobody (`privacy/kinds.py`).
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog


def configure(log_format: str, log_level: str, stream: TextIO = sys.stderr) -> None:
    """Set up structlog, and send the standard library's records (aiohttp, asyncio) the same way."""
    is_human = log_format == "human" or (log_format == "auto" and stream.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if is_human else "iso", utc=not is_human),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(_level(log_level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    last: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(colors=stream.isatty())]
        if is_human
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(_level(log_level))
    # Each start would tell in three lines that the schema is what it was.
    logging.getLogger("alembic").setLevel(max(logging.WARNING, _level(log_level)))


def _level(name: str) -> int:
    return logging.getLevelNamesMapping()[name.upper()]
