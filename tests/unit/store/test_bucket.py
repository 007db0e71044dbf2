"""A bucket of a real S3 server: whole or not at all, ours alone, and told in a sentence when it cannot be."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from obstore.store import MemoryStore

from tests.support.s3_server import KEYS, S3Server
from yuanzhan import catalogue
from yuanzhan.errors.base import StartError
from yuanzhan.errors.server import ObjectsUnreachable
from yuanzhan.errors.starting import BucketMissing, BucketRefuses, BucketTaken, BucketUnreachable
from yuanzhan.store import booth_queries as queries
from yuanzhan.store import bucket as module
from yuanzhan.store.bucket import SIGN, Bucket
from yuanzhan.store.bucket_address import bucket_address
from yuanzhan.store.opening import Store

NAME = "a" * 64 + ".glb"
OTHER = "b" * 64 + ".upload"


def open_at(url: str) -> Bucket:
    return Bucket(bucket_address(url))


async def test_what_was_put_below_the_prefix_is_got_again(s3: S3Server, tmp_path: Path) -> None:
    name = s3.new_bucket()
    bucket = open_at(s3.url(name, "of/expo"))
    (tmp_path / "sent").write_bytes(b"model")
    await bucket.put(NAME, tmp_path / "sent")
    assert s3.path(name, f"of/expo/{NAME}").read_bytes() == b"model"
    await bucket.get(NAME, tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == b"model"
    with pytest.raises(FileNotFoundError):
        await bucket.get(OTHER, tmp_path / "none")


async def test_a_large_object_travels_in_parts(
    s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The least that S3 takes for a part that is not the last.
    monkeypatch.setattr(module, "PART_BYTES", 5 << 20)
    content = os.urandom((11 << 20) + 1)
    (tmp_path / "sent").write_bytes(content)
    bucket = open_at(s3.url(s3.new_bucket()))
    await bucket.put(NAME, tmp_path / "sent")
    await bucket.get(NAME, tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == content


async def test_only_objects_are_told_and_removed_and_no_young_ones(s3: S3Server, tmp_path: Path) -> None:
    name = s3.new_bucket()
    bucket = open_at(s3.url(name))
    await bucket.take("0a1b")
    (tmp_path / "sent").write_bytes(b"model")
    for each in (NAME, OTHER):
        await bucket.put(each, tmp_path / "sent")
    s3.path(name, "notes.txt").write_text("somebody else's")
    assert (await bucket.names()).keys() == {NAME, OTHER}
    assert not await bucket.remove(NAME, older_than_s=3600)
    os.utime(s3.path(name, NAME), (0, 0))
    assert await bucket.remove(NAME, older_than_s=3600)
    assert not await bucket.remove(NAME, older_than_s=3600)
    assert s3.keys(name) == {OTHER, SIGN, "notes.txt"}


async def test_a_bucket_is_one_databases(s3: S3Server) -> None:
    name = s3.new_bucket()
    bucket = open_at(s3.url(name, "files"))
    await bucket.take("0a1b")
    await bucket.take("0a1b")
    with pytest.raises(BucketTaken) as taken:
        await bucket.take("2c3d")
    assert str(taken.value.params["bucket"]).startswith(f"s3://{name}/files ")
    assert await bucket.is_of("0a1b")
    assert not await bucket.is_of("2c3d")
    await open_at(s3.url(name, "of/another")).take("2c3d")


async def test_of_two_databases_that_take_an_empty_bucket_at_the_same_moment_one_gets_it(
    s3: S3Server,
) -> None:
    # The S3 server of these tests takes no notice of conditions; the library's own store does.
    for _ in range(10):
        name, kept = s3.new_bucket(), MemoryStore()
        both = [open_at(s3.url(name)) for _ in range(2)]
        for bucket in both:
            bucket._store = kept  # type: ignore[assignment]
        owners = ("0a1b", "2c3d")
        came = await asyncio.gather(
            *(bucket.take(owner) for bucket, owner in zip(both, owners, strict=True)), return_exceptions=True
        )
        assert [type(each) for each in came if each is not None] == [BucketTaken]
        first = owners[came.index(None)]
        assert [await bucket.is_of(first) for bucket in both] == [True, True]


async def test_where_conditions_are_not_known_who_was_overtaken_is_told(s3: S3Server) -> None:
    name = s3.new_bucket()
    bucket = open_at(s3.url(name))

    class Overtaken(Bucket):
        async def _claim(self, owner: str) -> None:
            await super()._claim(owner)
            await bucket._sign("2c3d")

    with pytest.raises(BucketTaken):
        await Overtaken(bucket_address(s3.url(name))).take("0a1b")


class Refusing:
    """Speaks as much of S3 as a sign needs; a write on a condition it answers with `status`, once `before`
    has been done.
    """

    def __init__(self, status: int, before: str | None = None) -> None:
        self.sign: str | None = None
        self._status = status
        self._before = before

    async def answer(self, request: web.Request) -> web.Response:
        if request.method == "GET":
            return web.Response(status=404) if self.sign is None else web.Response(text=self.sign)
        if "If-None-Match" in request.headers:
            self.sign = self._before
            return web.Response(status=self._status)
        self.sign = await request.text()
        return web.Response(headers={"ETag": '"1"'})

    @asynccontextmanager
    async def bucket(self) -> AsyncIterator[Bucket]:
        site = web.Application()
        site.router.add_route("*", "/{key:.*}", self.answer)
        async with TestServer(site) as server:
            yield open_at(f"s3://bucket-1?endpoint=http://127.0.0.1:{server.port}")


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("keys")
async def test_a_bucket_that_knows_no_conditions_is_taken_without_one() -> None:
    refusing = Refusing(501)
    async with refusing.bucket() as bucket:
        await bucket.take("0a1b")
        assert await bucket.is_of("0a1b")


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize("status", [400, 500, 503])
async def test_a_bucket_that_fails_while_it_is_taken_is_not_taken_without_a_condition(status: int) -> None:
    refusing = Refusing(status)
    async with refusing.bucket() as bucket:
        with pytest.raises(BucketUnreachable):
            await bucket.take("0a1b")
    assert refusing.sign is None


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(("came_first", "refusal"), [("0a1b", None), ("2c3d", BucketTaken)])
async def test_after_a_failure_it_is_read_again_whose_the_bucket_is(
    came_first: str, refusal: type[StartError] | None
) -> None:
    refusing = Refusing(503, module.SIGN_TEXT.format(owner=came_first))
    async with refusing.bucket() as bucket:
        with nullcontext() if refusal is None else pytest.raises(refusal):
            await bucket.take("0a1b")
        assert await bucket.is_of(came_first)


async def test_servers_that_begin_at_once_on_one_new_database_are_one_owner(store: Store) -> None:
    async def owner() -> str:
        async with store.database.transaction() as session:
            return await queries.bucket_owner(session)

    assert len(set(await asyncio.gather(*(owner() for _ in range(6))))) == 1


async def test_a_bucket_of_before_there_were_owners_is_taken(s3: S3Server) -> None:
    name = s3.new_bucket()
    s3.path(name, SIGN).write_text("Files of a Yuanzhan server, each named by the SHA-256 of its content.\n")
    await open_at(s3.url(name)).take("0a1b")
    assert s3.path(name, SIGN).read_text().endswith("\nDatabase: 0a1b\n")


async def test_a_bucket_that_cannot_be_used_is_told_without_its_keys(
    s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = s3.url(s3.new_bucket())
    await open_at(url).take("0a1b")
    told = {await refusal(s3.url("no-such-bucket"), BucketMissing)}
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another-secret")
    told.add(await refusal(url, BucketRefuses))
    s3.stop()
    told.add(await refusal(url, BucketUnreachable))
    for sentence in told:
        assert "s3://" in sentence
        assert "\n" not in sentence
        assert not any(value in sentence for name, value in KEYS.items() if "KEY" in name)


async def refusal(url: str, kind: type[StartError]) -> str:
    """The sentence that a start ends with."""
    with pytest.raises(kind) as refused:
        await open_at(url).take("0a1b")
    return catalogue.sentence(f"error.{kind.code}", "en", refused.value.params)


async def test_a_bucket_that_answers_nothing_is_given_up(
    s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SILENCE_S", 0.2)
    monkeypatch.setattr(module, "RETRY_S", 0.1)
    (tmp_path / "sent").write_bytes(b"model")
    bucket = open_at(s3.url(s3.new_bucket()))
    s3.freeze()
    with pytest.raises(ObjectsUnreachable):
        await bucket.put(NAME, tmp_path / "sent")
    with pytest.raises(ObjectsUnreachable):
        await bucket.get(NAME, tmp_path / "got")


async def test_a_bucket_that_is_gone_takes_nothing(s3: S3Server, tmp_path: Path) -> None:
    (tmp_path / "sent").write_bytes(b"model")
    bucket = open_at(s3.url("no-such-bucket"))
    with pytest.raises(ObjectsUnreachable):
        await bucket.put(NAME, tmp_path / "sent")
