# Needs make and Python 3.11 or later with venv; everything else goes into .venv.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
# Lines and branches of the package (but for its demonstration) that the tests must run, in percent.
# What the worker processes of a survey run is not seen, nor what needs Dask.
COVERED := 97
# Seconds for `make fuzz`, and for one target alone: make fuzz TIME=60 TARGET=dns_answer
TIME ?= 600
TARGET ?=
# For `make parity-fuzz`: which cases, how many, and how many at a time.
SEED ?= 1
COUNT ?= 200
JOBS ?= 4

.PHONY: help demo test quick check fuzz parity parity-fuzz senders mtas stacks root-on-debian clean

help:
	@echo 'make demo    probe a small world of mail servers on this machine'
	@echo 'make test    all tests, with branch coverage'
	@echo 'make quick   the faster ones, 40 seconds on two quiet cores, while working'
	@echo 'make check   types and style'
	@echo 'make fuzz    look for inputs that break something, for TIME=600 seconds in all'
	@echo 'make parity  hold pyfinger against the real posttls-finger (needs root, on Debian)'
	@echo 'make parity-fuzz  COUNT=200 random probes of SEED=1 beside it, in the same way'
	@echo 'make senders real sending mail servers in the world of pyfinger-demo senders'
	@echo 'make mtas    receiving mail servers of Debian, PyPI and npm, each beside the real posttls-finger'
	@echo 'make stacks  TLS servers of every implementation beside it, in the same way'
	@echo 'make clean   remove .venv and all caches'

demo: $(VENV)/.run
	$(BIN)/pyfinger-demo

test: $(VENV)/.test
	$(BIN)/pytest -q -n auto --cov=pyfinger --cov-branch \
		--cov-report=term-missing:skip-covered --cov-fail-under=$(COVERED)

# Few examples of each property; what is marked `slow` is left out.
quick: $(VENV)/.test
	HYPOTHESIS_PROFILE=quick $(BIN)/pytest -q -n auto -m 'not slow'

check: $(VENV)/.dev
	$(BIN)/mypy
	MYPYPATH=benchmarks $(BIN)/mypy benchmarks/*.py
	$(BIN)/ruff check
	$(BIN)/ruff format --check

fuzz: $(VENV)/.fuzz
	$(BIN)/python -m fuzz --time $(TIME) $(TARGET:%=--target %) $(if $(TARGET),,--coverage)

# The lab installs packages and makes a Debian tree: see tests/lab/README.md.
parity: root-on-debian $(VENV)/.test
	tests/lab/setup
	$(BIN)/python tests/parity.py --up --cmd $(BIN)/pyfinger

parity-fuzz: root-on-debian $(VENV)/.test
	tests/lab/setup
	tests/lab/up
	$(BIN)/python -m tests.lab.parityfuzz --seed '$(SEED)' --count '$(COUNT)' --jobs '$(JOBS)'; \
		status=$$?; tests/lab/down; exit $$status

# Postfix (with MTA-STS, too), Exim and OpenSMTPD in namespaces of their own; writes the table of docs/senders.md.
senders: root-on-debian $(VENV)/.test
	tests/lab/setup
	$(BIN)/python -m tests.lab.senders --write

# Each in a layer and namespaces of its own; prints a table (docs/servers.md has it whole).
mtas: root-on-debian $(VENV)/.test
	tests/lab/setup
	$(BIN)/python -m tests.mtas

# Installs TLS implementations, some of them in a tree below /opt/stacks; writes the tables of docs/stacks.md.
stacks: root-on-debian $(VENV)/.test
	tests/lab/setup
	tests/stacks/setup
	tests/lab/up
	$(BIN)/python -m tests.stacks --markdown --diff; status=$$?; tests/lab/down; exit $$status

root-on-debian:
	@test "$$(id -u)" = 0 && command -v apt-get >/dev/null || { \
		echo 'make parity needs root, on Debian: it runs the real posttls-finger and mail' >&2; \
		echo 'servers in a network of their own (tests/lab/README.md says what it installs)' >&2; exit 1; }

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*

$(VENV)/.python:
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or later is needed; say where: make PYTHON=...' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo '$(PYTHON) is not Python 3.11 or later; say where one is: make PYTHON=...' >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo '$(PYTHON) has no venv: on Debian, apt install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

# atheris is there for some versions of Python and some systems; without it the search is blind.
$(VENV)/.fuzz: $(VENV)/.test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary=atheris \
		--editable '.[test,fuzz]' || echo 'no atheris for this Python: doing without it' >&2
	@touch $@

# Installing is repeated only when the metadata changes.
$(VENV)/.run: extras := [sts]
$(VENV)/.test: extras := [test]
$(VENV)/.dev: extras := [test,dev]
$(VENV)/.run $(VENV)/.test $(VENV)/.dev: setup.cfg pyproject.toml | $(VENV)/.python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.$(extras)'
	@touch $@
