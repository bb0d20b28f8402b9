"""Words in both languages: complete, and with the same places in both."""

from string import Formatter

import pytest

from pipeline.language.wording import LANGS, Wording, area_of, label, label_keys, read_shipped, wording


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_label_has_words_in_both_languages_with_the_same_places() -> None:
    for key in sorted(label_keys()):
        zh, en = wording(key)
        assert zh.strip(), key
        assert en.strip(), key
        assert places(zh) == places(en), key


def test_every_label_stands_in_a_file_of_its_area() -> None:
    for area in {area_of(key) for key in label_keys()}:
        assert {area_of(key) for key in read_shipped("labels", area)} == {area}
        assert {key for key in label_keys() if area_of(key) == area} == set(read_shipped("labels", area))


def test_chinese_labels_hold_chinese_and_english_ones_do_not() -> None:
    for key in sorted(label_keys()):
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in wording(key).en), key


def test_places_are_filled_in_the_language_of_the_text() -> None:
    kind = Wording("角色", "role")
    assert label("policy_unknown", "zh", kind="角色", name="销售", hint="") == "没有角色“销售”"
    assert wording("policy_unknown", kind=kind, name="sales", hint="") == (
        "没有角色“sales”",
        "there is no role 'sales'",
    )


def test_braces_in_a_value_stay_as_they_are() -> None:
    assert "{weekly}" in wording("policy_no_parameter", name="{weekly}", hint="").en


@pytest.mark.parametrize("lang", LANGS)
def test_a_missing_label_is_an_error(lang: str) -> None:
    with pytest.raises(KeyError):
        label("error_that_nobody_wrote", lang)  # type: ignore[arg-type]
