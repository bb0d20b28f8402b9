"""Reading YAML: every value keeps its line and column, and everything wrong is told with its place.

What is read is plain data (mappings, lists, texts, numbers, dates). Keys are the text as written, so `12:` is the key
'12'. Keys that stand twice, anchors and tags of one's own are refused: each hides from the reader what holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from pipeline.language.document import Document, M, Mark
from pipeline.language.errors import PolicyError, TierbookError
from pipeline.language.mistakes import Way, shown
from pipeline.language.suggest import hint
from pipeline.language.wording import Wording, wording

_SHIPPED = Path(__file__).parents[1]
_LARGEST = 512 * 1024  # bytes; a hundred regulations of the usual length
_FULL_WIDTH = set("：，［］｛｝“”‘’＂＇")
_YAML = "tag:yaml.org,2002:"
_TAGS = {_YAML + name for name in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp")}
_SYNTAX = {  # what the parser says, and the label that says it to people
    "mapping values are not allowed": "error_yaml_colon",
    "could not find expected ':'": "error_yaml_no_colon",
    "expected <block end>": "error_yaml_indent",
    "expected ',' or": "error_yaml_bracket",
    "unexpected end of stream": "error_yaml_open",
    "but got '<stream end>'": "error_yaml_open",
    "\\t": "error_yaml_tab",
    "cannot start any token": "error_yaml_sign",
    "undefined alias": "error_yaml_sign",
    "another document": "error_yaml_documents",
}


def read_model(path: Path, model: type[M], error: type[TierbookError] = PolicyError) -> M:
    """The file at `path` as a `model`. Raises `error` when it cannot be read or does not fit."""
    return read_document(path, error).fit(model)


def read_document(path: Path, error: type[TierbookError] = PolicyError) -> Document:
    """The file at `path`, not yet checked against a model. Raises `error` when it cannot be read."""
    return read_yaml(_text(path, error), path, error)


def read_yaml(text: str, path: Path | str, error: type[TierbookError] = PolicyError) -> Document:
    """The one YAML document in `text`; `path` is for messages only. Raises `error`."""
    reading = _Reading(Path(path), error, text)
    try:
        root = _composed(text, pure=not reading.path.is_relative_to(_SHIPPED))
        if root is None:
            raise error(wording("error_yaml_empty"), path=path)
        data = reading.plain(root, (), YAML(typ="safe", pure=True).constructor)
    except MarkedYAMLError as mistake:
        raise reading.syntax(mistake) from None
    except ReaderError as mistake:
        raise reading.at(reading.mark(mistake.position), wording("error_yaml_character")) from None
    except RecursionError:
        raise error(wording("error_yaml_deep"), path=path) from None
    return Document(reading.path, data, reading.values, reading.keys, error)


@lru_cache(maxsize=32)
def _composed(text: str, *, pure: bool) -> Node | None:
    """The nodes of a text. A command reads a regulation more than once, so they are kept.

    What ships is read by libyaml, five times as fast. It dies of a text that is nested deep enough and refuses `9:30`
    within brackets, so what people write is read by the pure parser.
    """
    root: Node | None = YAML(typ="safe", pure=pure).compose(text)
    return root


def _text(path: Path, error: type[TierbookError]) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        near = hint(path.name, _neighbours(path)) if _neighbours(path) else ""
        raise error(wording("error_no_file", hint=near), path=path) from None
    except IsADirectoryError:
        raise error(wording("error_not_a_file"), path=path) from None
    except OSError as reason:
        raise error(wording("error_unreadable", reason=reason.strerror or reason), path=path) from None
    if len(raw) > _LARGEST:
        raise error(wording("error_too_large", limit=_LARGEST // 1024), path=path)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        line = raw.count(b"\n", 0, reason.start) + 1
        mend = wording("error_not_utf8_mend")
        raise error(wording("error_not_utf8"), mend=mend, path=path, line=line) from None


def _neighbours(path: Path) -> list[str]:
    return [p.name for p in path.parent.glob("*.y*ml")] if path.parent.is_dir() else []


@dataclass
class _Reading:
    """One pass over a text, noting where everything stands."""

    path: Path
    error: type[TierbookError]
    text: str
    values: dict[Way, Mark] = field(default_factory=dict)
    keys: dict[Way, Mark] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)

    def plain(self, node: Node, way: Way, constructor: SafeConstructor) -> Any:
        """The node as plain data."""
        empty = node.start_mark.index == node.end_mark.index  # `key:` without a value: it is the key that is seen
        self.values[way] = self.keys.get(way, self._mark(node)) if empty else self._mark(node)
        if id(node) in self.seen:  # an alias: a large or endless document could be written in a few lines
            raise self.at(self._mark(node), wording("error_yaml_alias"), wording("error_yaml_alias_mend"))
        self.seen.add(id(node))
        if node.tag not in _TAGS:
            raise self.at(self._mark(node), wording("error_yaml_tag", tag=str(node.tag).removeprefix(_YAML)))
        if isinstance(node, MappingNode):
            return {key: self.plain(value, (*way, key), constructor) for key, value in self._items(node, way)}
        if isinstance(node, SequenceNode):
            return [self.plain(item, (*way, i), constructor) for i, item in enumerate(node.value)]
        return self._scalar(node, constructor)

    def _items(self, node: MappingNode, way: Way) -> Iterator[tuple[str, Node]]:
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise self.at(self._mark(key), wording("error_yaml_key"))
            here = (*way, key.value)
            if here in self.keys:
                raise self.at(
                    self._mark(key), wording("error_yaml_duplicate", key=key.value, line=self.keys[here].line)
                )
            self.keys[here] = self._mark(key)
            yield key.value, value

    def _scalar(self, node: Node, constructor: SafeConstructor) -> Any:
        try:
            return constructor.construct_object(node)
        except (ValueError, KeyError, MarkedYAMLError):  # 2026-02-30
            raise self.at(self._mark(node), wording("error_yaml_value", value=shown(node.value))) from None

    def syntax(self, mistake: MarkedYAMLError) -> TierbookError:
        """The error for a text that is not YAML."""
        place = mistake.problem_mark or mistake.context_mark
        mark = Mark(self.path, place.line + 1, place.column + 1) if place else Mark(self.path)
        problem = mistake.problem or str(mistake)
        told = next((key for sign, key in _SYNTAX.items() if sign in problem), None)
        message = wording(told) if told else wording("error_yaml_syntax", problem=problem)
        return self.at(mark, message, self._full_width(mark))

    def _full_width(self, mark: Mark) -> Wording | str:
        """A hint at full-width punctuation on the line, or on the one before it that YAML reads on from."""
        lines = "".join(self.text.splitlines()[max((mark.line or 0) - 2, 0) : mark.line or 0])
        return wording("error_yaml_full_width") if _FULL_WIDTH.intersection(lines) else ""

    def mark(self, position: int) -> Mark:
        """The place of a character of the text."""
        before = self.text[:position]
        return Mark(self.path, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)

    def _mark(self, node: Node) -> Mark:
        return Mark(self.path, node.start_mark.line + 1, node.start_mark.column + 1)

    def at(self, mark: Mark, message: Wording, mend: Wording | str = "") -> TierbookError:
        """The error for a mistake at a place of the text."""
        return self.error(message, mend=mend, **mark._asdict())
