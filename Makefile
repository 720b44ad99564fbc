# make play      a race against bots, with everything that it needs started and ended for you
# make serve     a local stack to connect to              (ARGS="--games 3 --json")
# make test      every test                               (ARGS="-k chat")
# make test-compose  compose.yaml for real: built, scaled, broken and upgraded while bots race (needs Docker)
# make chaos     kill, stop and drain every kind of process for five minutes while bots race and talk
# make check     linter, formatter and type checker, changing nothing
# make format    mend what linter and formatter can mend
# make bench     what Slipstream costs and how soon it answers, beside a bare relay     (ARGS="--only race", ARGS=--quick)
# make bench-peers  Slipstream beside Colyseus, Socket.IO, mosquitto and others, on the same work
# make bench-client  how a race feels over a bad line, and how long a frame takes
# make abuse     bots race while attackers of every kind do their worst (Linux)
# make fuzz      a coverage-guided fuzzer sends a million frames
# make screenshots  pictures of every screen into docs/pictures, of a real race
# make docs      write what stands in the pages of the code and of the newest benchmarks anew
# make audit     look what is locked up among known vulnerabilities
# make sbom      what the services are made of, as build/sbom.cdx.json (CycloneDX, by cyclonedx-py from the lock)
# make lock      choose new versions of what is installed
# make clean     remove the environment and every cache

.DEFAULT_GOAL := play
.PHONY: play serve test test-compose chaos check format docs bench bench-peers bench-client abuse fuzz screenshots audit sbom lock install clean
.NOTPARALLEL:

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
AWS_INSTALLED := $(VENV)/aws-installed
TOOLS := $(VENV)/tools
AUDITORS := pip-audit==2.10.1 cyclonedx-bom==7.5.0
UV := uv==0.13.9

play serve: install
	@exec $(BIN)/slipstream $@ $(ARGS)

# Three side by side, for they wait as much as they work; what kills real processes has the machine for itself. 5: nothing
# was chosen there.
test: install $(AWS_INSTALLED)
	$(BIN)/pytest -n 3 -m "not failover" $(ARGS) || [ $$? = 5 ]
	$(BIN)/pytest -m failover $(ARGS) || [ $$? = 5 ]

test-compose: install
	@$(BIN)/python -m tests.compose

chaos: install
	$(BIN)/slipstream chaos --seconds 300 $(ARGS)

check: install
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: install
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: install
	@$(BIN)/python -m bench $(ARGS)

# What peers there are is for the machine to say, so what cannot be fetched is only left out.
bench-peers: install
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r bench/peers/requirements.lock 2>/dev/null || true
	@$(BIN)/python -m bench.peers $(ARGS)

bench-client: install
	@$(BIN)/python -m bench.client $(ARGS)

abuse: install
	@$(BIN)/python -m bench.abuse $(ARGS)

# The fuzzer is large and not for every system, so only this installs it.
fuzz: install
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r bench/fuzz/requirements.lock || true
	@$(BIN)/python -m bench.fuzz $(ARGS)

screenshots: install
	$(BIN)/python -m slipstream.screenshots

docs: install
	$(BIN)/python -m slipstream.docs
	$(BIN)/python -m bench.page

install: $(INSTALLED)

# The first of these that is a Python 3.11 or newer that can make environments.
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11
SUITABLE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))

$(INSTALLED): requirements.lock pyproject.toml
	@for python in $(PYTHONS); do \
	  if $$python -c '$(SUITABLE)' 2>/dev/null; then exec $$python -m venv --clear $(VENV); fi; \
	done; echo "Slipstream needs Python 3.11 or newer with its venv module" >&2; exit 1
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# What only the tests of deploy/aws need.
$(AWS_INSTALLED): deploy/aws/requirements.lock $(INSTALLED)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# The services' lock is a part of the whole lock, so that containers run what was tested.
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	--custom-compile-command "make lock" pyproject.toml

lock: $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check $(UV)
	$(LOCK) --upgrade --extra client --extra local --extra operator --extra dev -o requirements.lock
	$(LOCK) --upgrade --constraint requirements.lock -o services/requirements.lock
	$(LOCK) --upgrade --constraint requirements.lock --extra aws -o deploy/aws/requirements.lock
	$(LOCK:pyproject.toml=bench/fuzz/requirements.in) --upgrade -o bench/fuzz/requirements.lock
	$(LOCK:pyproject.toml=bench/peers/requirements.in) --upgrade --constraint requirements.lock -o bench/peers/requirements.lock

audit: install $(TOOLS)/bin/pip-audit
	@$(BIN)/python -m slipstream.audit $(TOOLS)/bin/pip-audit requirements.lock $(wildcard */requirements.lock */*/requirements.lock)

sbom: $(TOOLS)/bin/pip-audit
	@mkdir -p build
	$(TOOLS)/bin/cyclonedx-py requirements services/requirements.lock --output-reproducible --of JSON -o build/sbom.cdx.json

# What looks at the packages is not one of them.
$(TOOLS)/bin/pip-audit: $(BIN)/python Makefile
	$(BIN)/python -m venv --clear $(TOOLS)
	$(TOOLS)/bin/pip install --quiet --disable-pip-version-check $(AUDITORS)
	@touch $@

$(BIN)/python:
	python3 -m venv $(VENV)

clean:
	rm -rf $(VENV) bench/peers/servers/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
