"""A workbook whose formats have names, so that whoever has it open can change how all cells of a kind look.

xlsxwriter knows no named styles but Excel's own two; it writes ours at its own places for them.
"""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.styles import Styles, XFormatType
from xlsxwriter.workbook import Workbook


class Book(Workbook):  # type: ignore[misc]
    """A workbook with named styles."""

    def name_styles(self, names: Mapping[str, Format]) -> None:
        """Gives these formats a name each; those that no cell has stay away."""
        self.named_styles = dict(names)

    def _get_packager(self) -> Packager:
        return _Packager()


class _Packager(Packager):  # type: ignore[misc]
    def _write_styles_file(self) -> None:
        book = self.workbook
        used = {name: look for name, look in book.named_styles.items() if look in book.xf_formats}
        styles = _Styles(used)
        styles._set_style_properties([
            book.xf_formats,
            book.palette,
            book.font_count,
            book.num_formats,
            book.border_count,
            book.fill_count,
            book.custom_colors,
            book.dxf_formats,
            book.has_comments,
        ])  # fmt: skip
        styles._set_xml_writer(self._filename("xl/styles.xml"))
        styles._assemble_xml_file()


class _Styles(Styles):  # type: ignore[misc]
    """Writes the named styles beside `Normal`, each format that has one pointing to it."""

    def __init__(self, names: Mapping[str, Format]) -> None:
        super().__init__()
        self.names = names

    def _write_cell_style_xfs(self) -> None:
        self._xml_start_tag("cellStyleXfs", [("count", len(self.names) + 1)])
        self._write_xf(self.xf_formats[0], XFormatType.STYLE)
        for place, look in enumerate(self.names.values(), 1):
            look.xf_id = place
            self._write_xf(look, XFormatType.STYLE)
        self._xml_end_tag("cellStyleXfs")

    def _write_cell_styles(self) -> None:
        self._xml_start_tag("cellStyles", [("count", len(self.names) + 1)])
        for place, name in enumerate(self.names, 1):
            self._xml_empty_tag("cellStyle", [("name", name), ("xfId", place)])
        self._write_cell_style()
        self._xml_end_tag("cellStyles")
