# A fresh machine needs Python 3.11 or newer and make; every target creates what it needs in .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test check crash bench corpora letters fuzz simulate walks clean

demo: $(STAMP)  ## the main job on an embedded mail server
	$(BIN)/mailbot demo

test: $(STAMP)  ## the tests
	$(BIN)/pytest -n 2 --dist loadfile -m "not alone"
	$(BIN)/pytest -m alone

crash: $(STAMP)  ## kill -9 the daemon KILLS times and check that nothing is lost or doubled
	$(BIN)/python -m tests.crash $(or $(KILLS),300)

check: $(STAMP)  ## lint, types, import floors, and the wheel run from a clean environment
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/wheel_check.py

simulate: $(STAMP)  ## a quarter of a company's life by mail, with a moved clock, and what a checker finds in it
	$(BIN)/python -m tests.simulate $(WITH)

walks: $(STAMP)  ## five cases from the first mail to the close, told as pages under docs/walks
	$(BIN)/python -m tests.walks

bench: $(STAMP)  ## rates beside a straight-line script
	$(BIN)/python -m bench

letters: $(STAMP)  ## what the rules make of ../shared/data/letters: categories and facts, by halves
	$(BIN)/python -m tests.letters

corpora: $(STAMP)  ## what the peers' own tests assert about the mails of ../shared/data/mails, set by set
	$(BIN)/python -m tests.corpora

fuzz: $(STAMP)  ## N broken mails through the whole of explain, off the network: nothing raises, hangs, grows or calls out
	$(BIN)/python -m tests.fuzz $(or $(N),2000) --first $(or $(FIRST),0)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mailbot needs Python 3.11 or newer; set PYTHON=…")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

clean:
	rm -rf $(VENV) dist build
