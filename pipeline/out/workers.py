"""The same work on many things, by several processes that are told once what is common to all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

Common = TypeVar("Common")
Thing = TypeVar("Thing")
Result = TypeVar("Result")


def each(
    work: Callable[[Common, Thing], Result], common: Common, things: Sequence[Thing], workers: int, *, at_once: int = 4
) -> Iterator[Result]:
    """`work(common, thing)` of every thing, in order, as they are done; `at_once` is how many a process takes.

    By this process alone where there are no more things than workers. `work` is a function of a module.
    """
    if workers == 1 or len(things) <= workers:
        yield from (work(common, thing) for thing in things)
        return
    # Fresh processes, not forks: a fork inherits the locks of arrow's threads.
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin, (work, common)) as pool:
        yield from pool.map(_next, things, chunksize=at_once)


_WORK: list[tuple[Callable[[Any, Any], Any], Any]] = []  # of this worker


def _begin(work: Callable[[Any, Any], Any], common: Any) -> None:
    _WORK[:] = [(work, common)]


def _next(thing: Any) -> Any:
    work, common = _WORK[0]
    return work(common, thing)
