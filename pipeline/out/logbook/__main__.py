"""Writes the blank workbooks that ship::

python -m pipeline.out.logbook templates/logbooks
"""

import sys
from pathlib import Path

from pipeline.intake.forms import load_forms
from pipeline.language.policy.load import load_regulation
from pipeline.language.wording import LANGS
from pipeline.out.logbook.blank import write_blanks


def main(folder: Path) -> None:
    """Writes the blank workbooks of the equity-listing regulation, in both languages."""
    forms = load_forms([load_regulation("equity_listing")])
    folder.mkdir(parents=True, exist_ok=True)
    for lang in LANGS:
        write_blanks(forms, folder, lang)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
