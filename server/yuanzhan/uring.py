"""Many sends or reads in one system call (Linux io_uring), for sockets whose turn comes all at once.

A tick writes to each of 10,000 sockets. One call of the system for each costs the interpreter's loop around
it, and with two threads its lock, which is let go and taken again 10,000 times. Here numpy writes the
orders into memory shared with the kernel, one call has them carried out without the lock, and the results
come back as an array. docs/performance.md has what that saves.

Nothing ever waits: every order is MSG_DONTWAIT and is done when the call returns. The layouts are those of
linux/io_uring.h, in use since Linux 5.6.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import sys
from typing import Final

import numpy as np
from numpy.typing import NDArray

ENTRIES_COUNT: Final = 1024
"""Orders a call: what is written stays in the processor's cache until it is read."""

Descriptors = NDArray[np.int32]
Addresses = NDArray[np.uint64]
Sizes = NDArray[np.uint32]
Results = NDArray[np.int32]
"""(n,) bytes, or a negative errno."""

_SETUP: Final = 425
_ENTER: Final = 426
_ENTER_GETEVENTS: Final = 1
_FEATURE_SINGLE_MMAP: Final = 1
_OFFSET_RINGS: Final = 0
_OFFSET_ORDERS: Final = 0x1000_0000
_SEND: Final = 26
_RECEIVE: Final = 27
_DONTWAIT: Final = 0x40

_PARAMS: Final = np.dtype(
    [
        ("orders_count", "<u4"),
        ("results_count", "<u4"),
        ("flags", "<u4"),
        ("thread", "<u4", 2),
        ("features", "<u4"),
        ("rest", "<u4", 4),
        ("orders", [(name, "<u4") for name in ("head", "tail", "mask", "n", "flags", "dropped", "array")]),
        ("orders_rest", "<u4", 3),
        ("results", [(name, "<u4") for name in ("head", "tail", "mask", "n", "overflow", "entries")]),
        ("results_rest", "<u4", 4),
    ]
)
"""struct io_uring_params."""
_ORDER: Final = np.dtype(
    [
        ("opcode", "u1"),
        ("flags", "u1"),
        ("priority", "<u2"),
        ("descriptor", "<i4"),
        ("offset", "<u8"),
        ("address", "<u8"),
        ("size", "<u4"),
        ("message_flags", "<u4"),
        ("number", "<u8"),
        ("rest", "<u8", 3),
    ]
)
"""struct io_uring_sqe."""
_RESULT: Final = np.dtype([("number", "<u8"), ("result", "<i4"), ("flags", "<u4")])
"""struct io_uring_cqe."""

_SYSCALL: Final = getattr(ctypes.CDLL(None, use_errno=True), "syscall", None) if os.name == "posix" else None
if _SYSCALL is not None:
    _SYSCALL.restype = ctypes.c_long


class Ring:
    """One queue of orders and one of results. Not for two threads at once."""

    def __init__(self, entries_count: int = ENTRIES_COUNT) -> None:
        """Raises OSError where the kernel has none or does not let us."""
        if sys.platform != "linux" or _SYSCALL is None:
            raise OSError(errno.ENOSYS, "no io_uring")
        params = np.zeros(1, _PARAMS)
        self._descriptor = _call(_SETUP, entries_count, params.ctypes.data, 0, 0)
        try:
            self._map(params[0])
        except (OSError, ValueError):
            os.close(self._descriptor)
            raise

    def _map(self, params: np.void) -> None:
        if not params["features"] & _FEATURE_SINGLE_MMAP:
            raise OSError(errno.ENOSYS, "an io_uring of before Linux 5.4")
        orders, results = params["orders"], params["results"]
        entries_count = int(params["orders_count"])
        results_end = int(results["entries"]) + int(params["results_count"]) * _RESULT.itemsize
        rings_size = max(int(orders["array"]) + 4 * entries_count, results_end)
        rings = mmap.mmap(self._descriptor, rings_size, mmap.MAP_SHARED, offset=_OFFSET_RINGS)
        self._orders = np.frombuffer(
            mmap.mmap(
                self._descriptor, entries_count * _ORDER.itemsize, mmap.MAP_SHARED, offset=_OFFSET_ORDERS
            ),
            _ORDER,
        )

        def word(offset: int) -> NDArray[np.uint32]:
            return np.frombuffer(rings, "<u4", 1, int(offset))

        self._order_tail = word(orders["tail"])
        self._result_head, self._result_tail = word(results["head"]), word(results["tail"])
        self._results = np.frombuffer(rings, _RESULT, int(params["results_count"]), int(results["entries"]))
        # Each place in the queue is for the order of the same place.
        np.frombuffer(rings, "<u4", entries_count, int(orders["array"]))[:] = np.arange(entries_count)
        self._numbers = np.arange(entries_count, dtype=np.uint32)

    def send(self, descriptors: Descriptors, addresses: Addresses, sizes: Sizes) -> Results:
        """(n,) sockets take (n,) pieces of memory, or as much of each as they have room for."""
        return self._carry_out(_SEND, descriptors, addresses, sizes)

    def receive(self, descriptors: Descriptors, buffer: NDArray[np.uint8]) -> Results:
        """(n,) sockets fill the first n rows of (m, width) `buffer`, as far as something has come."""
        width = buffer.shape[1]
        rows = np.arange(len(descriptors), dtype=np.uint64)
        addresses = np.uint64(buffer.ctypes.data) + rows * np.uint64(width)
        return self._carry_out(_RECEIVE, descriptors, addresses, np.full(len(descriptors), width, np.uint32))

    def close(self) -> None:
        """Let go. Once more does nothing: the number may be somebody else's by then."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def _carry_out(
        self, opcode: int, descriptors: Descriptors, addresses: Addresses, sizes: Sizes
    ) -> Results:
        results = np.full(len(descriptors), -errno.EAGAIN, np.int32)
        step = len(self._numbers)
        for begin in range(0, len(descriptors), step):
            part = slice(begin, begin + step)
            self._carry_out_some(opcode, descriptors[part], addresses[part], sizes[part], results[part])
        return results

    def _carry_out_some(
        self, opcode: int, descriptors: Descriptors, addresses: Addresses, sizes: Sizes, results: Results
    ) -> None:
        count = len(descriptors)
        numbers = self._numbers[:count]
        tail = self._order_tail[0]
        orders = np.zeros(count, _ORDER)
        orders["opcode"] = opcode
        orders["message_flags"] = _DONTWAIT
        orders["descriptor"], orders["address"], orders["size"] = descriptors, addresses, sizes
        orders["number"] = numbers
        self._orders[(numbers + tail) & np.uint32(len(self._orders) - 1)] = orders
        self._order_tail[0] = tail + np.uint32(count)
        taken_count = self._submit(count)
        # What the kernel did not take in counts as not tried.
        self._order_tail[0] = tail + np.uint32(taken_count)
        head = self._result_head[0]
        places = (numbers[:taken_count] + head) & np.uint32(len(self._results) - 1)
        done = self._results[places]
        results[done["number"].astype(np.int64)] = done["result"]
        self._result_head[0] = head + np.uint32(taken_count)

    def _submit(self, count: int) -> int:
        """Returns how many orders were taken in; all of these are done."""
        taken_count = 0
        while taken_count < count:
            wanted = count - taken_count
            try:
                taken = _call(_ENTER, self._descriptor, wanted, wanted, _ENTER_GETEVENTS)
            except InterruptedError:
                continue
            except OSError:
                break
            if taken == 0:
                break
            taken_count += taken
        while int(self._result_tail[0] - self._result_head[0]) < taken_count:
            try:
                _call(_ENTER, self._descriptor, 0, taken_count, _ENTER_GETEVENTS)
            except InterruptedError:
                continue
        return taken_count


def open_ring() -> Ring | None:
    """None where the kernel has none, or a container does not let us."""
    try:
        return Ring()
    except OSError:
        return None


def _call(number: int, first: int, second: int, third: int, fourth: int) -> int:
    assert _SYSCALL is not None
    words = (ctypes.c_long(word) for word in (number, first, second, third, fourth, 0, 0))
    result: int = _SYSCALL(*words)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
