"""The commands. Each one parses its words, calls one function, prints, and ends with an exit code.

Heavy libraries are imported inside the command that needs them, so that help is there at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from pipeline.door.delivery import mail, month_, send
from pipeline.door.options import (
    AsOfOption,
    LangOption,
    MonthArgument,
    MonthOption,
    OutOption,
    WorkersOption,
    WorkspaceArgument,
    WorkspaceOption,
    as_of_day,
    chosen_lang,
    month_of_option,
    opened,
    spoken,
    today,
)
from pipeline.language.errors import ExitCode, TierbookError
from pipeline.language.wording import Lang, label, label_keys

Command = Callable[[], Any]


def main() -> NoReturn:
    """Runs a command; a `TierbookError` becomes its text and its exit code, anything else is a bug and is shown."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console under GBK does not know every character
    lang = spoken(sys.argv[1:], dict(os.environ))
    try:
        build(lang)()
    except TierbookError as error:
        print(error.text(lang), file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(ExitCode.CLEAN)
    sys.exit(ExitCode.CLEAN)


def build(lang: Lang) -> Command:
    """The commands with help in `lang`."""
    app = typer.Typer(
        name="tierbook",
        help=label("door_help", lang),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        rich_markup_mode=None,
    )
    commands: dict[str, Callable[..., Any]] = {
        "init": init,
        "issue": issue,
        "run": run,
        "return": return_,
        "check": check,
        "report": report,
        "mail": mail,
        "send": send,
        "month": month_,
        "explain": explain,
        "sample": sample,
        "doctor": doctor,
    }
    for name, function in commands.items():
        text = label(f"door_{name}_help", lang)
        # \b keeps the lines of the examples as they stand
        app.command(name, help=f"{text}\n\n\b\n{label(f'door_{name}_examples', lang)}", short_help=text)(function)
    app.add_typer(_regulation_commands(lang), name="regulation")
    app.callback()(_version)
    group = typer.main.get_command(app)
    of_regulation = group.commands["regulation"].commands.values()  # type: ignore[attr-defined]
    for command in (group, *group.commands.values(), *of_regulation):  # type: ignore[attr-defined]
        for parameter in command.params:
            if (key := f"door_option_{parameter.name}") in label_keys("door"):
                parameter.help = label(key, lang)
    return group


def _regulation_commands(lang: Lang) -> typer.Typer:
    text = label("door_regulation_help", lang)
    app = typer.Typer(help=f"{text}\n\n\b\n{label('door_regulation_examples', lang)}", short_help=text)
    functions = (
        regulation_new,
        regulation_list,
        regulation_show,
        regulation_coverage,
        regulation_validate,
        regulation_schema,
    )
    for function in functions:
        name = function.__name__.removeprefix("regulation_")
        app.command(name, help=label(f"door_regulation_{name}_help", lang))(function)
    return app


def _version(
    version: Annotated[bool, typer.Option("--version", is_eager=True)] = False,
) -> None:
    if version:
        from pipeline import __version__

        print(f"tierbook {__version__}")
        raise typer.Exit


def issue(  # noqa: PLR0917  # typer calls it by name
    coming: MonthArgument,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = "",
    out: OutOption = None,
    lang: LangOption = "",
    workers: WorkersOption = 2,
    quiet: Annotated[bool, typer.Option("--quiet", "-q")] = False,
) -> None:
    """Issues the logbooks of a month."""
    from pipeline.door.issue import STAGES, issue_month, known_until
    from pipeline.door.progress import bar
    from pipeline.door.screen import issued_screen
    from pipeline.language import period

    settings, chosen, target = opened(workspace, lang, out)
    month = period.month(coming)
    known = as_of_day(as_of) if as_of else known_until(month, today())
    with bar(chosen, quiet=quiet, stages=STAGES) as progress:
        issued = issue_month(settings, month, known, target, chosen, workers=workers, progress=progress)
    if not quiet:
        issued_screen(issued, coming, chosen)


def run(  # noqa: PLR0917  # typer calls it by name
    workspace: WorkspaceArgument = Path(),
    month: MonthOption = "",
    as_of: AsOfOption = "",
    out: OutOption = None,
    lang: LangOption = "",
    workers: WorkersOption = 2,
    timings: Annotated[Path | None, typer.Option(metavar="FILE", hidden=True)] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q")] = False,
) -> None:
    """Runs a month; ends with FINDINGS when there is something to look at."""
    from pipeline.door.progress import bar
    from pipeline.door.run import run_month
    from pipeline.door.screen import month_screen

    settings, chosen, target = opened(workspace, lang, out)
    with bar(chosen, quiet=quiet) as progress:
        result = run_month(
            settings,
            month_of_option(month),
            as_of_day(as_of),
            target,
            chosen,
            workers=workers,
            progress=progress,
        )
    if timings:
        import json

        timings.write_text(json.dumps(progress.timings), "utf-8")
    if not quiet:
        month_screen(result, chosen)
    raise typer.Exit(ExitCode.FINDINGS if result.to_look_at else ExitCode.CLEAN)


def return_(
    month: MonthArgument,
    workspace: WorkspaceOption = None,
    out: OutOption = None,
    lang: LangOption = "",
    watch: Annotated[bool, typer.Option("--watch")] = False,
) -> None:
    """Gives logbooks back with marks; ends with FINDINGS when there is something to be mended."""
    from pipeline.door.screen import returned_screen
    from pipeline.door.watch import return_month, watch_month
    from pipeline.language import period

    settings, chosen, target = opened(workspace, lang, out)
    months = period.month(month)
    if watch:
        print(label("returns_watching", chosen, folder=settings.logbooks), flush=True)
        watch_month(settings, months, target, chosen)
        raise typer.Exit(ExitCode.CLEAN)
    returned = return_month(settings, months, target, chosen)
    returned_screen(returned, chosen)
    raise typer.Exit(ExitCode.FINDINGS if returned.to_look_at else ExitCode.CLEAN)


def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", show_default=False)],
    workspace: WorkspaceOption = None,
    lang: LangOption = "",
) -> None:
    """Checks logbooks alone; ends with FINDINGS when a row or file would be left out or doubted."""
    from pipeline.door.check import check_files
    from pipeline.door.screen import check_screen

    checked = check_files(files, workspace)
    check_screen(checked, chosen_lang(lang, checked.lang))
    raise typer.Exit(ExitCode.FINDINGS if checked.to_look_at else ExitCode.CLEAN)


def report(  # noqa: PLR0917  # typer calls it by name
    month: MonthArgument,
    scope: Annotated[str, typer.Option("--scope", "-s", metavar="company|unit:..|staff:..|tier:..")] = "company",
    name: Annotated[str, typer.Option("--name", "-n", metavar="ID", show_default=False)] = "",
    all_staff: Annotated[bool, typer.Option("--all-staff")] = False,
    all_units: Annotated[bool, typer.Option("--all-units")] = False,
    form: Annotated[str, typer.Option("--form", metavar="workbook|page|both")] = "both",
    reader: Annotated[str, typer.Option("--reader", metavar="STAFF|ROLE", show_default=False)] = "",
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = "",
    out: OutOption = None,
    lang: LangOption = "",
    workers: WorkersOption = 2,
) -> None:
    """Makes reports about a scope, or one that regulations name, from the ledger."""
    from pipeline.door.report import make_reports
    from pipeline.language import period
    from pipeline.out.files import FORMS

    if form not in FORMS:
        raise typer.BadParameter(f"--form {form!r}: {' | '.join(FORMS)}")
    settings, chosen, target = opened(workspace, lang, out)
    paths = make_reports(
        settings,
        period.month(month),
        as_of_day(as_of),
        out=target,
        lang=chosen,
        form=form,
        scope=scope,
        all_units=all_units,
        all_staff=all_staff,
        name=name,
        reader=reader,
        workers=workers,
    )
    for path in paths:
        print(path)


def explain(  # noqa: PLR0917  # typer calls it by name
    subject: Annotated[str, typer.Argument(metavar="CLIENT|FIGURE", show_default=False)],
    month: MonthOption = "",
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = "",
    lang: LangOption = "",
    page: Annotated[int, typer.Option("--page", min=1)] = 1,
) -> None:
    """Prints each duty of a client, or a figure with its parts, article, parameter and the duties behind it."""
    from pipeline.door.explain import explain_client, explain_figure, is_figure
    from pipeline.door.screen import explain_screen, figure_screen

    settings, chosen, _ = opened(workspace, lang)
    months = month_of_option(month)
    if is_figure(settings, subject):
        figure_screen(explain_figure(settings, subject, months, as_of_day(as_of), page), chosen)
    else:
        explain_screen(explain_client(settings, subject, months, as_of_day(as_of)), chosen)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", show_default=False)],
    regulation: Annotated[str, typer.Option("--regulation", "-r", metavar="ID")] = "equity_listing",
    company: Annotated[str, typer.Option(metavar="NAME")] = "",
    sample: Annotated[bool, typer.Option("--sample")] = False,
    lang: LangOption = "",
) -> None:
    """Makes a workspace: settings, a blank register, blank logbooks."""
    from pipeline.door.begin import begin

    chosen = chosen_lang(lang)
    for path in begin(folder, regulation, company, chosen, today(), sample=sample):
        print(path)
    print(label("door_init_sample_next" if sample else "door_init_next", chosen, folder=folder))


def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", show_default=False)],
    clean: Annotated[bool, typer.Option("--clean")] = False,
    seed: Annotated[int, typer.Option(metavar="NUMBER")] = 20261001,
    force: Annotated[bool, typer.Option("--force")] = False,
    lang: LangOption = "",
) -> None:
    """Makes the sample workspace: five months of a department that does not exist."""
    from pipeline.door.begin import empty_folder
    from pipeline.sample.make import make_sample

    chosen = chosen_lang(lang)
    empty_folder(folder, force=force)
    make_sample(folder, seed=seed, clean=clean)
    print(label("door_sample_next", chosen, folder=folder))


def doctor(workspace: WorkspaceOption = None, lang: LangOption = "") -> None:
    """Looks whether everything that Tierbook needs is there."""
    from pipeline.door.doctor import examine
    from pipeline.door.screen import doctor_screen

    symptoms = examine(workspace, today())
    doctor_screen(symptoms, chosen_lang(lang))
    raise typer.Exit(ExitCode.CLEAN if all(s.well for s in symptoms) else ExitCode.FINDINGS)


RegulationArgument = Annotated[str, typer.Argument(metavar="ID|FILE", show_default=False)]


def regulation_list(lang: LangOption = "") -> None:
    """The regulations that ship."""
    from pipeline.door.regulation import known
    from pipeline.door.screen import regulations_screen

    regulations_screen(known(), chosen_lang(lang))


def regulation_new(
    regulation_id: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
    workspace: WorkspaceOption = None,
    title: Annotated[str, typer.Option("--title", show_default=False)] = "",
    company: Annotated[str, typer.Option(metavar="NAME")] = "",
    lang: LangOption = "",
) -> None:
    """Writes a small regulation to be changed into the company's own."""
    from pipeline.door.regulation import new
    from pipeline.language.workspace import REGULATIONS

    chosen = chosen_lang(lang)
    path = new(regulation_id, (workspace or Path()) / REGULATIONS, today(), chosen, title=title, issuer=company)
    print(label("new_next", chosen, path=path))


def regulation_show(source: RegulationArgument, lang: LangOption = "") -> None:
    """Tiers, parameters and obligations of a regulation."""
    from pipeline.door.regulation import validated
    from pipeline.door.screen import regulation_screen

    regulation_screen(validated(source), chosen_lang(lang))


def regulation_coverage(source: RegulationArgument, lang: LangOption = "") -> None:
    """What became of each article."""
    from pipeline.door.regulation import outcomes, validated
    from pipeline.door.screen import coverage_screen

    coverage_screen(outcomes(validated(source)), chosen_lang(lang))


def regulation_validate(source: RegulationArgument, lang: LangOption = "") -> None:
    """Whether a file is right; its mistakes are told with line and column."""
    from pipeline.door.regulation import validated

    regulation = validated(source)
    counts = {"obligations": len(regulation.obligations), "articles": len(regulation.articles)}
    print(label("door_regulation_valid", chosen_lang(lang), title=regulation.title, **counts))


def regulation_schema() -> None:
    """The JSON Schema of regulation files, for editors."""
    import json

    from pipeline.language.policy.schema import json_schema

    print(json.dumps(json_schema(), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
