"""Frames as Parquet files whose name holds their own hash: a file is never changed, only replaced by another name."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.store.disk import sync, write_whole

_NAME_DIGITS = 16  # of the hash in a file's name; the manifest holds all of it


class Partition(NamedTuple):
    """A frame on disk: path relative to the ledger's folder, with `/`; hash of the file; number of rows."""

    file: str
    sha256: str
    rows: int


class Damaged(Exception):  # noqa: N818, it says what the file is
    """A file of the ledger is missing or is not what was written; carries its name."""


def write_partition(folder: Path, name: str, frame: pd.DataFrame) -> Partition:
    """Writes `frame` below `folder`; equal frames give equal bytes, and a file that is there already is kept."""
    content = _encode(frame)
    digest = sha256(content).hexdigest()
    file = f"{name}-{digest[:_NAME_DIGITS]}.parquet"
    path = folder / file
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
        sync([path.parent, *(p for p in path.parent.parents if p.is_relative_to(folder))])
    return Partition(file, digest, len(frame))


def read_partition(folder: Path, partition: Partition) -> pd.DataFrame:
    """The frame with the dtypes it was written with. Raises Damaged."""
    try:
        content = (folder / partition.file).read_bytes()
    except OSError:
        raise Damaged(partition.file) from None
    if sha256(content).hexdigest() != partition.sha256:
        raise Damaged(partition.file)
    frame: pd.DataFrame = pq.read_table(io.BytesIO(content)).to_pandas()
    moments = frame.select_dtypes("datetime").columns
    return frame.astype(dict.fromkeys(moments, "datetime64[s]"))  # the coarsest that Parquet has is ms


def _encode(frame: pd.DataFrame) -> bytes:
    table = pa.Table.from_pandas(frame, preserve_index=False).combine_chunks()
    target = io.BytesIO()
    pq.write_table(table, target, compression="zstd")
    return target.getvalue()
