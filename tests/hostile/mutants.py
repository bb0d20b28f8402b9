"""Good workbooks, damaged at random: bytes flipped, runs overwritten, cut, repeated; parts swapped, emptied."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

from hypothesis import strategies as st

from tests.hostile.zips import parts_of, zip_of

Mutation = Callable[[bytes], bytes]

_PLACES = st.floats(0, 1, exclude_max=True)  # as a share of the length, so that it shrinks whatever the file
_FRAGMENTS = (  # what means something to one of the parsers
    b"<!DOCTYPE x>",
    b"&#0;",
    b"&e;",
    b"<![CDATA[",
    b'r="XFD1048576"',
    b"</sheetData>",
    b"\xff\xff\xff\xff",
    b"-1",
    b"1e999",
    b"PK\3\4",
    b"PK\5\6",
)


def mutations() -> st.SearchStrategy[Mutation]:
    """Anything that may happen to a file's bytes, or to the parts in its zip."""
    noise = st.one_of(st.binary(min_size=1, max_size=16), st.sampled_from(_FRAGMENTS))
    return st.one_of(
        st.builds(lambda spots: partial(_flipped, spots=spots), st.lists(_PLACES, min_size=1, max_size=20)),
        st.builds(lambda at, new: partial(_overwritten, at=at, new=new), _PLACES, noise),
        st.builds(lambda at: partial(_cut, at=at), _PLACES),
        st.builds(lambda at, to: partial(_taken_out, at=at, to=to), _PLACES, _PLACES),
        st.builds(lambda which, change: partial(_in_part, which=which, change=change), _PLACES, _of_part(noise)),
        st.builds(lambda one, other: partial(_swapped, one=one, other=other), _PLACES, _PLACES),
    )


def originals(folder: Path, makers: dict[str, Callable[[Path], Path]]) -> dict[str, bytes]:
    """The bytes of a good file of every format."""
    return {name: make(folder / f"good.{name}").read_bytes() for name, make in makers.items()}


def _of_part(noise: st.SearchStrategy[bytes]) -> st.SearchStrategy[Mutation]:
    return st.one_of(
        st.builds(lambda at, new: partial(_overwritten, at=at, new=new), _PLACES, noise),
        st.builds(lambda at, new: partial(_inserted, at=at, new=new), _PLACES, noise),
        st.builds(lambda at: partial(_cut, at=at), _PLACES),
        st.builds(lambda at, to: partial(_taken_out, at=at, to=to), _PLACES, _PLACES),
        st.just(lambda _: b""),
    )


def _flipped(content: bytes, spots: list[float]) -> bytes:
    changed = bytearray(content)
    for spot in spots:
        bit = int(spot * len(content) * 8)
        changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _overwritten(content: bytes, at: float, new: bytes) -> bytes:
    start = int(at * len(content))
    return content[:start] + new + content[start + len(new) :]


def _inserted(content: bytes, at: float, new: bytes) -> bytes:
    start = int(at * len(content))
    return content[:start] + new + content[start:]


def _cut(content: bytes, at: float) -> bytes:
    return content[: int(at * len(content))]


def _taken_out(content: bytes, at: float, to: float) -> bytes:
    start, stop = sorted((int(at * len(content)), int(to * len(content))))
    return content[:start] + content[stop:]


def _in_part(content: bytes, which: float, change: Mutation) -> bytes:
    """One part of a zip changed, and packed again, so that its checksum fits; other files as a whole."""
    if not content.startswith(b"PK"):
        return change(content)
    parts = parts_of(BytesIO(content))
    name = [*parts][int(which * len(parts))]
    return zip_of(parts | {name: change(parts[name])})


def _swapped(content: bytes, one: float, other: float) -> bytes:
    """A part in the place of another; other files with two stretches swapped."""
    if not content.startswith(b"PK"):
        middle = int(one * len(content))
        return content[middle:] + content[:middle]
    parts = parts_of(BytesIO(content))
    names = [*parts]
    first, second = names[int(one * len(names))], names[int(other * len(names))]
    return zip_of(parts | {first: parts[second], second: parts[first]})
