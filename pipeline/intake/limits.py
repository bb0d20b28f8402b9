"""What no workbook may go beyond, whatever the workspace allows.

What a workspace may set is `pipeline.language.workspace.Limits`; docs/hostile-files.md tells both to people.
"""

from __future__ import annotations

from typing import Final

MOST_PARTS: Final = 10_000  # of a zip
MOST_SHEETS: Final = 500  # of a workbook; several may be one part, unpacked again for each
MOST_CELLS: Final = 20_000_000  # of the rectangles its sheets span together; their values then take some 0.7 GB
MOST_RATIO: Final = 250  # unpacked to packed: the best packed real workbooks reach 60
DEFLATE_RATIO: Final = 1032  # more than that no deflated part can unpack to
SMALL: Final = 32 * 1024 * 1024  # bytes; below this a high ratio harms nobody: formatted empty rows pack very well
MEMORY: Final = 4 * 1024**3  # bytes of address space of a reading process; a workbook within all limits needs a third
