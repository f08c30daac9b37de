"""Times that a busy machine does not falsify: the least of several tries counts, and trying ends as soon as the limit is kept."""

import time
from collections.abc import Callable

TRIES = 6


def cpu_seconds(work: Callable[[], object]) -> float:
    """The CPU seconds of this process that `work` took."""
    began = time.process_time()
    work()
    return time.process_time() - began


def assert_cheap(work: Callable[[], object], seconds: float) -> None:
    """`work` takes less than so many CPU seconds in one of a few tries."""
    took: list[float] = []
    while not took or (min(took) >= seconds and len(took) < TRIES):
        took.append(cpu_seconds(work))
    assert min(took) < seconds, took


def assert_linear(small: Callable[[], object], large: Callable[[], object], *, floor: float, cap: float, times: float = 2) -> None:
    """`large`, the same work on `times` the input, takes at most a quarter more than so many times as long as `small` and less than `cap` CPU seconds; under `floor` seconds nothing has grown."""
    first, second = cpu_seconds(small), cpu_seconds(large)
    for _ in range(TRIES):
        if second <= max(1.25 * times * first, floor) and second < cap:
            return
        first, second = min(first, cpu_seconds(small)), min(second, cpu_seconds(large))
    raise AssertionError(f"{second:.2f} s for {times:g} times the input that took {first:.2f} s")
