"""How far a run is: a bar for the terminal, and the seconds of each stage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.language.wording import Lang, label

STAGES = ("discover", "read", "intake", "post", "judge", "present", "render", "return")


class Stages:
    """Told by the run where it is; keeps the seconds each stage took in `timings`."""

    def __init__(self, progress: Progress, lang: Lang, stages: Sequence[str] = STAGES) -> None:
        self._progress = progress
        self._lang = lang
        self._task = progress.add_task("", total=len(stages))
        self._files = progress.add_task("", total=1, visible=False)
        self.timings: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Around one stage of the run."""
        self._progress.update(self._task, description=label(f"door_stage_{name}", self._lang))
        begin = perf_counter()
        yield
        self.timings[name] = perf_counter() - begin
        self._progress.update(self._files, visible=False)
        self._progress.advance(self._task)

    def expect(self, count: int) -> None:
        """How many workbooks are going to be read."""
        description = label("door_stage_files", self._lang)
        self._progress.update(self._files, description=description, total=count, completed=0, visible=count > 0)

    def read(self, done: int) -> None:
        """How many workbooks have been read."""
        self._progress.update(self._files, completed=done)


@contextmanager
def bar(lang: Lang, *, quiet: bool = False, stages: Sequence[str] = STAGES) -> Iterator[Stages]:
    """A progress bar on the error stream, so that what is printed can be piped."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as progress:
        yield Stages(progress, lang, stages)
