"""Hire who does the work of an archive: this process, several beside it, or the workers of a Dask cluster."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, nullcontext
from multiprocessing import get_context

from dateline.errors import DatelineError, in_a_line

Run = Callable[[Callable[..., int], list[dict]], Iterator[int]]
"""`run(work, jobs)` -> what `work(**job)` returns for each job, as they are done."""


def hire(workers: int, cluster: str | None) -> AbstractContextManager[Run]:
    """Hire those who do the work, for as long as the context lasts.

    Args:
        workers: Processes, each with one Polars thread; with 1 this process does it, with the threads that it has.
        cluster: Address of a Dask scheduler, instead.

    Raises:
        DatelineError: Dask is not installed.
    """
    if cluster:
        return _cluster(cluster)
    if workers > 1:
        return _processes(workers)
    return nullcontext(lambda work, jobs: (work(**job) for job in jobs))


@contextmanager
def _processes(workers: int) -> Iterator[Run]:
    before = os.environ.get("POLARS_MAX_THREADS")
    os.environ["POLARS_MAX_THREADS"] = "1"  # read by each new process, not by this one
    try:
        with ProcessPoolExecutor(
            workers, mp_context=get_context("spawn"), initializer=_leave_with, initargs=(os.getpid(),)
        ) as pool:

            def run(work: Callable[..., int], jobs: list[dict]) -> Iterator[int]:
                return (done.result() for done in as_completed([pool.submit(work, **job) for job in jobs]))

            try:
                yield run
            except BrokenProcessPool as error:
                msg = "A worker was ended from outside; often there was not enough memory. Run the same command again: batches that are done stay. Fewer --workers or a smaller --batch need less."
                raise DatelineError(msg) from error
            except BaseException:
                pool.shutdown(cancel_futures=True)  # or an error would wait for all batches that are left
                raise
    finally:
        del os.environ["POLARS_MAX_THREADS"]
        os.environ |= {} if before is None else {"POLARS_MAX_THREADS": before}


def _leave_with(parent: int) -> None:
    """End this process when its parent is gone, who may have been killed without a word."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _cluster(address: str) -> Iterator[Run]:
    try:
        from distributed import Client
        from distributed import as_completed as completed
    except ImportError as error:
        msg = "Dask is not installed here. `pip install distributed`, or leave --cluster out and give --workers."
        raise DatelineError(msg) from error
    try:
        client = Client(address)
    except (OSError, ValueError, TypeError) as error:
        msg = f"No scheduler answers at {address!r}: {in_a_line(error)}\n    Give its address, such as tcp://host:8786."
        raise DatelineError(msg) from error
    with client:

        def run(work: Callable[..., int], jobs: list[dict]) -> Iterator[int]:
            # Every job replaces nothing and may be done twice without harm: a lost worker costs its job once more.
            futures = client.map(_call, [work] * len(jobs), jobs, pure=False, retries=3)
            return (done.result() for done in completed(futures))

        yield run


def _call(work: Callable[..., int], job: dict) -> int:
    return work(**job)
