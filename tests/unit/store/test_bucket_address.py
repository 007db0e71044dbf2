"""The setting `objects_url`: what it means, and that what it cannot be is not told to anybody."""

from __future__ import annotations

import pytest

from yuanzhan.errors.command_line import SettingInvalid
from yuanzhan.store.bucket_address import BucketAddress, bucket_address


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("s3://expo", BucketAddress("expo")),
        ("s3://expo/", BucketAddress("expo")),
        ("s3://expo/files/", BucketAddress("expo", "files")),
        ("s3://my.expo-1/a/b.c?region=cn-north-1", BucketAddress("my.expo-1", "a/b.c", region="cn-north-1")),
        (
            "s3://expo/a?endpoint=http://127.0.0.1:9000&region=x",
            BucketAddress("expo", "a", "http://127.0.0.1:9000", "x"),
        ),
        (
            "s3://expo?endpoint=https://s3.example/tenant",
            BucketAddress("expo", "", "https://s3.example/tenant"),
        ),
    ],
)
def test_it_names_a_bucket_and_where_it_is(setting: str, address: BucketAddress) -> None:
    assert bucket_address(setting) == address


@pytest.mark.parametrize(
    "setting",
    [
        "expo",
        "https://expo/files",
        "s3://",
        "s3://ab",
        "s3://Expo",
        "s3://key:secret@expo",
        "s3://expo:9000",
        "s3://expo/a//b",
        "s3://expo/../b",
        "s3://expo/a b",
        "s3://expo/" + "a/" * 200,
        "s3://expo#a",
        "s3://expo?endpoint=ftp://host",
        "s3://expo?endpoint=https://key:secret@host",
        "s3://expo?endpoint=https://host?x=secret",
        "s3://expo?region=A",
        "s3://expo?region=a&region=b",
        "s3://expo?secret_access_key=secret",
        "s3://expo?secret",
        "s3://[expo",
    ],
)
def test_what_it_cannot_be_is_refused_and_not_told(setting: str) -> None:
    with pytest.raises(SettingInvalid) as refused:
        bucket_address(setting)
    assert refused.value.params["value"] == "…"
    assert "secret" not in str(refused.value)
