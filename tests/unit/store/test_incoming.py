"""Uploads on their way: the file's length is the truth, except for what has not been verified."""

from __future__ import annotations

from pathlib import Path

import pytest

from yuanzhan.store.incoming import Incoming, InUse

ID = "0123456789abcdef" * 2


@pytest.fixture
def incoming(tmp_path: Path) -> Incoming:
    made = Incoming(tmp_path / "uploads")
    made.create(ID)
    return made


def test_what_was_written_counts_whether_or_not_anybody_said_goodbye(incoming: Incoming) -> None:
    receiving = incoming.open(ID)
    receiving.write(b"first ")
    receiving.close()
    receiving = incoming.open(ID)
    assert receiving.offset == 6
    receiving.write(b"second")
    receiving.accept()
    receiving.close()
    assert incoming.length(ID) == 12
    assert incoming.path(ID).read_bytes() == b"first second"


def test_unverified_bytes_do_not_count_after_a_stop(incoming: Incoming) -> None:
    receiving = incoming.open(ID)
    receiving.write(b"verified")
    receiving.accept()
    receiving.close()
    receiving = incoming.open(ID)
    receiving.mark()
    receiving.write(b" and not")
    receiving.close()  # as a kill would: neither accepted nor discarded
    assert incoming.length(ID) == 8
    receiving = incoming.open(ID)
    assert receiving.offset == 8
    receiving.close()
    assert incoming.path(ID).read_bytes() == b"verified"


def test_verified_bytes_count(incoming: Incoming) -> None:
    receiving = incoming.open(ID)
    receiving.mark()
    receiving.write(b"right")
    receiving.accept()
    receiving.close()
    assert incoming.length(ID) == 5


def test_discarding_goes_back_to_where_it_was_opened(incoming: Incoming) -> None:
    receiving = incoming.open(ID)
    receiving.write(b"kept")
    receiving.accept()
    receiving.close()
    receiving = incoming.open(ID)
    receiving.mark()
    receiving.write(b"wrong")
    receiving.discard()
    receiving.close()
    assert incoming.path(ID).read_bytes() == b"kept"
    assert incoming.length(ID) == 4


def test_a_mark_that_a_stop_left_empty_means_that_nothing_came_after_it(incoming: Incoming) -> None:
    receiving = incoming.open(ID)
    receiving.write(b"kept")
    receiving.accept()
    receiving.close()
    incoming.path(ID).with_name(f"{ID}.unverified").write_bytes(b"")
    assert incoming.length(ID) == 4
    receiving = incoming.open(ID)
    assert receiving.offset == 4
    receiving.close()


def test_one_at_a_time_writes_to_an_upload(incoming: Incoming) -> None:
    receiving = incoming.open(ID)
    with pytest.raises(InUse):
        incoming.open(ID)
    receiving.close()
    incoming.open(ID).close()


def test_what_is_not_there_is_said_so(incoming: Incoming) -> None:
    for look in (incoming.open, incoming.length):
        with pytest.raises(FileNotFoundError):
            look("f" * 32)
    incoming.remove("f" * 32)


def test_the_same_id_is_not_made_twice(incoming: Incoming) -> None:
    with pytest.raises(FileExistsError):
        incoming.create(ID)


@pytest.mark.parametrize("id", ["", "..", "../secret", "f" * 33, "F" * 32])
def test_only_ids_become_paths(incoming: Incoming, id: str) -> None:
    with pytest.raises(ValueError, match="not the id"):
        incoming.path(id)


def test_the_sweep_leaves_what_is_known_with_its_mark(incoming: Incoming) -> None:
    other = "f" * 32
    incoming.create(other)
    receiving = incoming.open(ID)
    receiving.mark()
    receiving.close()
    assert incoming.sweep({ID}) == [other]
    assert sorted(path.name for path in incoming.folder.iterdir()) == [ID, f"{ID}.unverified"]
