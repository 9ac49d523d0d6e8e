# The commands that a person types. `make help` lists them.
SHELL := /bin/bash
SECRETS := set -a; . ./var/secrets.env; set +a;

# One spoken call for each main path; `make nightly` places them over real SIP.
SIP_CASES := booked says_everything_at_once speaks_the_id_number asks_what_is_booked health_certificate \
  cancels changes_the_day asks_by_code books_by_last_four asks_what_to_bring complains answers_the_survey asks_for_a_person danger despair
# Three of them, which CI replays: a booking, a cancellation, another day.
CI_SIP_CASES := booked cancels changes_the_day

.PHONY: help setup browser run serve test test-calls test-core test-rest replay nightly lint
help:            ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup:           ## install everything (system packages, PBX, Python, models, database, speech)
	@bash deploy/setup.sh

run: setup       ## set up, start PBX and agent, place one real call, keep serving
	@$(SECRETS) exec .venv/bin/ivr run

serve: setup     ## set up, start the agent alone (for your own PBX)
	@$(SECRETS) exec .venv/bin/ivr serve

lint: setup      ## ruff, mypy strict, import direction
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && .venv/bin/lint-imports

browser: setup   ## a headless browser and a Chinese font: only the tests of the pages need them
	@bash deploy/browser.sh

test: browser    ## all tests, whole calls over real SIP among them, in three parts at once (a quarter of an hour)
	@echo "three parts at once; each is shown when it is over"
	@$(SECRETS) $(MAKE) --no-print-directory --jobs=3 --output-sync=target --keep-going test-calls test-core test-rest

# The parts: calls over SIP mostly wait; the others take a core each.
CORE_TESTS := $(wildcard tests/b* tests/call_log tests/d*)
test-calls:
	@.venv/bin/pytest --complete -m sip
test-core:
	@.venv/bin/pytest --complete -m "not sip" $(CORE_TESTS)
test-rest:
	@.venv/bin/pytest --complete -m "not sip" $(CORE_TESTS:%=--ignore=%)

replay: setup    ## every case of tests/calls through the engine, three over SIP, held to their floor; JUnit XML in var/replay
	@mkdir -p var/replay && $(SECRETS) .venv/bin/ivr replay tests/calls --jobs 2 \
	  --floor tests/replay_floor.yaml --junit var/replay/junit.xml --html var/replay/report.html \
	  || failed=1; \
	.venv/bin/ivr replay $(CI_SIP_CASES:%=tests/calls/%.yaml) --via sip --jobs 3 \
	  --floor tests/replay_floor.yaml --junit var/replay/junit-sip.xml --html var/replay/report-sip.html \
	  || failed=1; exit $${failed:-0}

nightly: setup   ## races and kills of the booking core at full size; fifteen calls over SIP; 600 simulated callers, 30 more over SIP
	@mkdir -p var/replay && $(SECRETS) .venv/bin/ivr replay $(SIP_CASES:%=tests/calls/%.yaml) --via sip --jobs 3 \
	  --floor tests/replay_floor.yaml --html var/replay/sip.html || failed=1; \
	BOOKING_NIGHTLY=1 .venv/bin/pytest tests/booking_client/races tests/ivr/cli/test_report.py \
	  || failed=1; \
	mkdir -p var/simulate && rm -f var/simulate/{clear,elderly,hard}{,-sip}.jsonl && \
	for profile in clear elderly hard; do \
	  .venv/bin/ivr simulate --calls 200 --profile $$profile --concurrency 2 \
	    --json var/simulate/$$profile.jsonl --html var/simulate/$$profile.html || failed=1; \
	  .venv/bin/ivr simulate --via sip --calls 10 --seed 2 --profile $$profile --concurrency 2 \
	    --json var/simulate/$$profile-sip.jsonl --html var/simulate/$$profile-sip.html || failed=1; \
	done; exit $${failed:-0}
