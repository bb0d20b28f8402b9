"""The commands as somebody types them."""

import json
import os
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from pipeline.door.options import spoken
from pipeline.language.errors import ExitCode

COMMANDS = ("init", "issue", "run", "return", "check", "explain", "sample", "doctor")


def tierbook(*words, **environment):
    return subprocess.run(
        [sys.executable, "-m", "pipeline.door.cli", *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        timeout=240,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("lang", "word"), [("zh", "例"), ("en", "Example")])
def test_every_command_has_help_with_examples(command, lang, word):
    done = tierbook(command, "--help", TIERBOOK_LANG=lang)
    assert done.returncode == 0
    assert word in done.stdout
    assert f"tierbook {command}" in done.stdout
    options = [line.strip() for line in done.stdout.splitlines() if line.startswith("  -")]
    assert [line for line in options if not re.search(r"\S\s{2,}\S", line)] == []  # no option without a word of help


def test_help_tells_the_exit_codes():
    text = tierbook("--help", TIERBOOK_LANG="en").stdout
    for code in (0, 1, 2, 3, 4, 5, 6):
        assert f"{code} " in text
    assert len(ExitCode) == 7


def test_help_does_not_wait_for_heavy_libraries():
    code = """
import sys
from pipeline.door.cli import main
sys.argv = ["tierbook", "--help"]
try:
    main()
except SystemExit:
    print(sorted({"pandas", "numpy", "pandera", "pyarrow"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("words", "environment", "lang"),
    [
        (["run", "--lang", "en"], {}, "en"),
        (["run", "--lang=en"], {"TIERBOOK_LANG": "zh"}, "en"),
        (["run"], {"TIERBOOK_LANG": "en"}, "en"),
        (["run"], {}, "zh"),
        (["run", "--lang", "fr"], {}, "zh"),
        (["run", "--lang"], {}, "zh"),
    ],
)
def test_the_language_is_the_one_asked_for(words, environment, lang):
    assert spoken(words, environment) == lang


def test_the_docs_name_every_command():
    readme = Path(__file__).parents[2].joinpath("README.md").read_text("utf-8")
    assert [c for c in COMMANDS if f"tierbook {c}" not in readme] == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["run", "--month", "2026-13"], ExitCode.USAGE),
        (["run", "--as-of", "2026-11-31"], ExitCode.USAGE),
        (["frobnicate"], ExitCode.USAGE),
        (["run", "/nowhere/at/all"], ExitCode.WORKSPACE),
    ],
)
def test_what_cannot_be_done_ends_with_its_code_and_no_traceback(words, code, tmp_path):
    done = tierbook(*words)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_an_error_says_where_and_how_to_mend_in_both_languages(tmp_path):
    (tmp_path / "tierbook.yaml").write_text("company: 甲\nregulations: [equity_listng]\n", "utf-8")
    chinese, english = tierbook("run", tmp_path), tierbook("run", tmp_path, "--lang", "en")
    for done in (chinese, english):
        assert done.returncode in (ExitCode.POLICY, ExitCode.WORKSPACE)
        assert "tierbook.yaml:2:" in done.stderr
        assert "equity_listing" in done.stderr  # did you mean
    assert chinese.stderr != english.stderr


def test_regulations_are_listed_shown_and_checked(tmp_path):
    listed = tierbook("regulation", "list", "--lang", "en")
    assert listed.returncode == 0, listed.stderr
    assert "equity_listing" in listed.stdout
    shown = tierbook("regulation", "show", "equity_listing")
    assert "每周微信推送" in shown.stdout
    assert "key 2; general 1" in shown.stdout
    covered = tierbook("regulation", "coverage", "equity_listing")
    assert "不判定：" in covered.stdout
    assert "判定：" in covered.stdout
    assert json.loads(tierbook("regulation", "schema").stdout)["properties"]


def test_a_mistake_in_a_regulation_is_told_with_its_place(tmp_path):
    text = resources.files("pipeline").joinpath("regulations/equity_listing.yaml").read_text("utf-8")
    own = tmp_path / "own_rules.yaml"
    own.write_text(text.replace("id: equity_listing", "id: own_rules"), "utf-8")
    assert tierbook("regulation", "validate", own).returncode == 0
    own.write_text(
        text.replace("id: equity_listing", "id: own_rules").replace("role: leader", "role: laeder", 1), "utf-8"
    )
    wrong = tierbook("regulation", "validate", own, "--lang", "en")
    assert wrong.returncode == ExitCode.POLICY
    line = next(n for n, content in enumerate(own.read_text("utf-8").splitlines(), 1) if "laeder" in content)
    assert f"own_rules.yaml:{line}:" in wrong.stderr
    assert "leader" in wrong.stderr
