# make report   set everything up, run the sample month and write its mails
# make test     set everything up and run the tests
# The rest: lint, types, layers, heavy tests, mail through postfix, bench, generated files.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
MONTH ?= 2026-10
AS_OF ?= 2026-11-12
unexport PYTHONDONTWRITEBYTECODE # where it is set, every command of a test would compile the pipeline again

.PHONY: report test heavy postfix check lint types layers bench bench-quick sample generated clean

report: $(STAMP)
	$(BIN)/tierbook run data --month $(MONTH) --as-of $(AS_OF) --out output || [ $$? -eq 1 ]
	$(BIN)/tierbook mail $(MONTH) --workspace data --as-of $(AS_OF) --out output

test: $(STAMP)
	$(BIN)/pytest -n 2 --dist loadscope -m "not heavy and not postfix"

heavy: $(STAMP) office
	$(BIN)/pytest -n 2 --dist loadscope -m heavy

# The sample month by mail through a real postfix; wants root, as postfix does.
postfix: $(STAMP)
	@command -v postfix >/dev/null || \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postfix >/dev/null; }
	$(BIN)/pytest -m postfix tests/mail

check: lint types layers

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

layers: $(STAMP)
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python -m bench.bench

bench-quick: $(STAMP)
	$(BIN)/python -m bench.bench --quick

# Everything that is made from something else and kept in git; tests fail when one of them is stale.
generated: $(STAMP)
	$(BIN)/python -m pipeline.language.catalogue > docs/findings.md
	$(BIN)/python -m pipeline.language.policy.schema > docs/regulation.schema.json
	$(BIN)/python -m pipeline.out.formdocs > docs/forms.md
	$(BIN)/python -m pipeline.out.logbook templates/logbooks

sample: $(STAMP)
	$(BIN)/tierbook sample data --force

# The pictures of the README, from the real output of the sample month.
.PHONY: screenshots
screenshots: $(STAMP) office
	$(BIN)/python docs/pictures/make.py

# What only the heavy tests need: LibreOffice opens the workbooks, Chromium the page.
.PHONY: office
office:
	command -v soffice >/dev/null && command -v chromium >/dev/null && command -v pdftoppm >/dev/null || \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	    libreoffice-calc chromium poppler-utils fonts-noto-cjk >/dev/null; }

$(STAMP): pyproject.toml constraints.txt
	@command -v uv >/dev/null 2>&1 && uv venv -q --allow-existing --python $(PYTHON) $(VENV) || $(PYTHON) -m venv $(VENV)
	@if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(BIN)/python -c constraints.txt -e '.[dev]'; \
	  else $(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'; fi
	@touch $(STAMP)

clean:
	rm -rf $(VENV) output/2* data/ledger build dist .pytest_cache .hypothesis .mypy_cache .ruff_cache
