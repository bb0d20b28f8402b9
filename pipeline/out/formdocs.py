"""Every form and column as a page of the docs, from the definitions::

python -m pipeline.out.formdocs > docs/forms.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

from pipeline.intake.forms import Field, Form, load_forms
from pipeline.language.policy.load import load_regulation
from pipeline.language.wording import Lang, label
from pipeline.out.cellrules import possible


def form_docs(forms: Mapping[str, Form], lang: Lang) -> str:
    """The page in Markdown: a section a form, the logbooks first."""
    lines = [f"# {label('logbook_docs_title', lang)}", "", label("logbook_docs_intro", lang), ""]
    for part, title in (("logbook", "logbook_docs_logbooks"), ("register", "logbook_docs_register")):
        lines += [f"## {label(title, lang)}", ""]
        for form in forms.values():
            if form.part == part:
                lines += [*_section(form, lang), ""]
    return "\n".join(lines)


def _section(form: Form, lang: Lang) -> Iterator[str]:
    yield f"### {form.title.in_(lang)} `{form.key}`"
    yield ""
    yield form.help.in_(lang)
    yield ""
    heads = [label(f"logbook_{key}", lang) for key in ("column", "key", "possible", "meaning", "sample", "also")]
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for field in form.fields:
        yield f"| {' | '.join(_cell(text) for text in _line(field, lang))} |"


def _line(field: Field, lang: Lang) -> list[str]:
    mark = label("logbook_required_mark", lang) if field.required else ""
    words = "、".join(possible(field, lang)) or label(f"logbook_type_{field.type}", lang)
    also = "、".join(name for name in field.names if name not in (field.key, field.title.in_(lang)))
    return [field.title.in_(lang) + mark, f"`{field.key}`", words, field.help.in_(lang), field.example.in_(lang), also]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("*", "\\*")


def main() -> None:
    """Prints the page as it is in `docs/`: the forms of the equity-listing regulation, in English."""
    sys.stdout.write(form_docs(load_forms([load_regulation("equity_listing")]), "en"))


if __name__ == "__main__":
    main()
