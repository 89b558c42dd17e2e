# Giliran. `make help` lists what can be made; everything happens inside this folder.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for it in python3.11 python3; do $$it -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$it && break; done)
PY := .venv/bin/python
FLASK := $(PY) -m flask --app server
# Two processes; a file stays together in one of them, with the server that it starts.
PYTEST := $(PY) -m pytest -q -n 2 --dist loadfile

.PHONY: help install test-tools run demo test test-fast test-long storm screen-day bench lint

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */make \1\t/' | expand -t 16

install: .venv/installed  ## .venv with what requirements.txt names

.venv/installed: requirements.txt
	@echo "setting up .venv (once; a few minutes on a slow line)"
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

test-tools: .venv/test-installed  ## the same, and the tools of the tests

.venv/test-installed: requirements.txt requirements-test.txt .venv/installed
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
	@touch $@

run: install  ## migrate, load the offices when there are none, print the addresses, serve
	@$(FLASK) prepare
	@exec $(PY) -m gunicorn -c gunicorn.conf.py server:app

demo: install  ## a simulated day of residents and operators, on a database and a clock of its own
	@$(PY) -m demo

test: test-tools  ## the whole suite
	@$(PYTEST)

test-fast: test-tools  ## rules and use cases, without servers and browsers
	@$(PYTEST) -m "not slow" tests/rules tests/usecases tests/test_architecture.py

test-long: test-tools  ## the call rule on thousands of days, the forecast's targets on whole offices; some minutes
	@$(PY) -m pytest -q -n 2 -m long tests/rules

storm: test-tools  ## 1,000 tickets while printers fail and programs are killed; takes minutes
	@STORM_TICKETS=1000 $(PY) -m pytest -q -s tests/printing/test_storm.py tests/printing/test_box_storm.py

screen-day: test-tools  ## eight hours on a screen in ten minutes: 20 lost lines, 5 restarts, 2 power cuts
	@SCREEN_DAY=long $(PY) -m pytest -q -s tests/browser/test_display_day.py

bench: test-tools  ## measure, and write docs/benchmarks.md
	@$(PY) -m tests.bench

lint: test-tools  ## ruff everywhere, mypy strict on office/ and printer/
	@$(PY) -m ruff check .
	@$(PY) -m mypy
