"""Reading YAML: whatever is wrong is told with its place, in both languages, and nothing hangs."""

import contextlib
import pickle
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import Field

from pipeline.language.errors import PolicyError, TierbookError, WorkspaceError
from pipeline.language.policy.obligation import Words
from pipeline.language.policy.quantity import Model
from pipeline.language.yamlfile import read_document, read_model, read_yaml

HERE = Path("某处.yaml")


class Visit(Model):
    """A small model."""

    client: str
    times: int = Field(ge=1)
    since: date | None = Field(default=None, alias="from")
    title: Words | None = None


def wrong(text: str) -> TierbookError:
    with pytest.raises(PolicyError) as caught:
        read_yaml(text, HERE)
    return caught.value


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", "某处.yaml", "文件是空的"),
        ("# 只有注释\n", "某处.yaml", "文件是空的"),
        ("甲: 1\n乙: 2\n甲: 3\n", "某处.yaml:3:1", "“甲”重复了，第 1 行已经有一个"),
        ("表:\n\t- 一\n", "某处.yaml:2:1", "缩进处有制表符"),
        ("甲: 乙: 丙\n", "某处.yaml:1:5", "这里的冒号不合 YAML 写法"),
        ("甲: '没有收尾\n", "某处.yaml:2:1", "有括号或引号没有配对"),
        ("甲: [1, 2\n乙: 3\n", "某处.yaml:2:2", "括号里少了逗号"),
        ("- 甲\n乙: 1\n", "某处.yaml:2:1", "缩进与上面的行没有对齐"),
        ("甲: @乙\n", "某处.yaml:1:4", "值以 YAML 的特殊符号开头"),
        ("---\n甲: 1\n---\n乙: 1\n", "某处.yaml:3:1", "一个文件只能有一份内容"),
        ("甲: &x [1]\n乙: *x\n", "某处.yaml:1:4", "不支持锚点和引用"),
        ("甲: !!python/name:os.system 1\n", "某处.yaml:1:4", "不支持标签"),
        ("甲: 2026-02-30\n", "某处.yaml:1:4", "“2026-02-30”不是有效的日期或数字"),
        ("? [甲]\n: 1\n", "某处.yaml:1:3", "键必须是一个词"),
        ("甲: \x00\n", "某处.yaml:1:4", "有不能使用的控制字符"),
        ("- " * 3000, "某处.yaml", "嵌套太深"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_place(text: str, place: str, message: str) -> None:
    error = wrong(text)
    assert error.place == place
    assert message in error.text("zh")
    assert error.text("en") == str(error)
    assert not any("\u4e00" <= c <= "\u9fff" for c in error.message.en.replace("甲", ""))


def test_full_width_punctuation_is_named_as_the_likely_cause() -> None:
    assert "半角" in wrong("名称： 值\n其他: 值\n").text("zh")
    assert "half-width" in wrong("{zh: 甲，en: A}\n").text("en")
    assert "半角" not in wrong("甲: 乙: 丙\n").text("zh")


def test_a_document_is_plain_data_with_keys_as_written() -> None:
    document = read_yaml("\ufeff12: 一\n'9(1)': [true, 2.5, 2016-05-18]\n空:\n", HERE)
    assert document.data == {"12": "一", "9(1)": [True, 2.5, date(2016, 5, 18)], "空": None}
    assert document.mark(("9(1)", 2)) == (HERE, 2, 21)
    assert document.mark(("空",)) == (HERE, 3, 1)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("a甲:：-[]{}&*!|>'\"#%@`,? \n\t01.\x00"), max_size=40))
@example("a: &a [*a, *a]")
@example("<<: [a]")
@example("!!bool x: 1")
def test_no_text_ends_in_anything_but_a_document_or_a_policy_error(text: str) -> None:
    with contextlib.suppress(PolicyError):
        read_yaml(text, HERE)


def read(tmp_path: Path, content: str | bytes) -> Visit:
    path = tmp_path / "visit.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_model(path, Visit)


def told(tmp_path: Path, content: str | bytes) -> list[str]:
    """The lines of the error in Chinese, without the folder."""
    with pytest.raises(PolicyError) as caught:
        read(tmp_path, content)
    return caught.value.text("zh").replace(f"{tmp_path}/", "").splitlines()


def test_a_file_becomes_a_model(tmp_path: Path) -> None:
    visit = read(tmp_path, b"\xef\xbb\xbfclient: C001\ntimes: 2\nfrom: 2026-07-01\n")
    assert (visit.client, visit.times, visit.since) == ("C001", 2, date(2026, 7, 1))


def test_every_mistake_of_a_file_is_told_in_the_order_of_its_lines(tmp_path: Path) -> None:
    assert told(tmp_path, "tims: 2\nclient: 12\nfrom: 2026-7-1\ntitle: 走访\n") == [
        "visit.yaml:1:1: 缺少“times”",
        "visit.yaml:1:1: 不认识“tims”，是不是“times”？",
        "visit.yaml:2:9: 这里应为文字（像数字或日期时加引号），现为12",
        "visit.yaml:3:7: 这里应为日期（如 2026-07-01），现为“2026-7-1”",
        "visit.yaml:4:8: 这里应为中文（zh）和英文（en）两种文字，现为“走访”",
    ]
    assert told(tmp_path, "client: ''\ntimes: 0\ntitle: {zh: 走访, fr: visite}\n") == [
        "visit.yaml:2:8: 0太小，最小为 1",
        "visit.yaml:3:8: 缺少“en”",
        "visit.yaml:3:17: 不认识“fr”，可用的有：zh、en",
    ]


def test_what_is_no_mapping_is_no_model(tmp_path: Path) -> None:
    assert told(tmp_path, "- 一\n") == ["visit.yaml:1:1: 这里应为一组“名称: 值”，现为列表"]


def test_a_huge_number_does_not_end_in_a_traceback(tmp_path: Path) -> None:
    assert told(tmp_path, f"client: C001\ntimes: -0x{'F' * 20_000}\n")[0].startswith("visit.yaml:2:8: ")
    assert told(tmp_path, f"client: C001\ntimes: {'9' * 5_000}\n")[0].startswith("visit.yaml:2:8: ")


def test_a_file_full_of_mistakes_is_told_in_part(tmp_path: Path) -> None:
    lines = told(tmp_path, "".join(f"key_{n}: 1\n" for n in range(3_000)))
    assert len(lines) == 31
    assert lines[-1] == "另有 2972 处错误"


def test_gbk_text_is_named_with_its_line_and_a_way_out(tmp_path: Path) -> None:
    first, mend = told(tmp_path, "client: C001\ntitle: 走访\n".encode("gbk"))
    assert first == "visit.yaml:2: 文件不是 UTF-8 编码"
    assert "另存为" in mend
    assert told(tmp_path, "client: C001\n".encode("utf-16"))[0] == "visit.yaml:1: 文件不是 UTF-8 编码"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "tierbook.yaml").write_text("a: 1")
    with pytest.raises(WorkspaceError, match=r"no such file; did you mean 'tierbook\.yaml'"):
        read_document(tmp_path / "tierbok.yaml", WorkspaceError)
    with pytest.raises(PolicyError, match="a folder, not a file"):
        read_document(tmp_path)
    (tmp_path / "large.yaml").write_bytes(b"a: 1\n" * 200_000)
    with pytest.raises(PolicyError, match="more than 512 KB"):
        read_document(tmp_path / "large.yaml")


def test_an_error_travels_between_processes() -> None:
    error = wrong("甲: 1\n甲: 2\n")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


SHIPPED = sorted(
    path for path in Path(__file__).parents[2].joinpath("pipeline").rglob("*.yaml") if ".cases." not in path.name
)


@pytest.mark.heavy
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_both_parsers_read_what_ships_alike(path: Path):
    """The fast one reads it where it lies, the one for what people write when it lies elsewhere."""
    fast, pure = read_document(path), read_yaml(path.read_text("utf-8"), HERE)
    assert (fast.data, list(fast.values)) == (pure.data, list(pure.values))
    assert [mark[1:] for mark in fast.values.values()] == [mark[1:] for mark in pure.values.values()]
