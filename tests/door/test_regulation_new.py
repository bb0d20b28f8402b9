"""A new regulation is right as it is written, and nobody's file is overwritten."""

from datetime import date

import pytest

from pipeline.door.regulation import new, outcomes, validated
from pipeline.language.errors import PolicyError

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_new_regulation_is_right(tmp_path, lang):
    path = new("my_service", tmp_path / "regulations", TODAY, lang, title='客户"服务": 制度', issuer="某公司")
    regulation = validated(str(path))
    assert regulation.title.zh == '客户"服务": 制度'
    assert {o.kind for o in regulation.obligations} == {"cadence", "deadline", "submission"}
    assert all(outcome.ways for outcome in outcomes(regulation))


def test_a_file_that_is_there_stays(tmp_path):
    path = new("my_service", tmp_path, TODAY, "zh")
    path.write_text("mine", "utf-8")
    with pytest.raises(PolicyError):
        new("my_service", tmp_path, TODAY, "zh")
    assert path.read_text("utf-8") == "mine"


@pytest.mark.parametrize("id_", ["", "我的", "My", "a-b", "../evil"])
def test_an_id_that_cannot_be_one(tmp_path, id_):
    with pytest.raises(PolicyError):
        new(id_, tmp_path, TODAY, "zh")
    assert list(tmp_path.iterdir()) == []
