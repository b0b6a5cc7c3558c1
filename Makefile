# Quorum: what to run, in one place. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
CARGO ?= cargo
DATA_DIR ?= data
PORT ?= 8000
MINUTES ?= 30
export CARGO_TERM_COLOR ?= auto

.PHONY: help run run-scale test-faults test-security fuzz dev test test-rust test-web test-browser test-compatible test-fleet-sdk test-real run-local demo-data lint coverage bench bench-micro bench-ranking bench-page walk soak clean setup setup-run web

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup-run: ## Install what running needs
	@tests/setup.sh run

setup: ## Install what the tests need
	@tests/setup.sh test

web/node_modules: web/package-lock.json
	cd web && npm install --no-save --no-audit --no-fund
	@touch web/node_modules

web/dist/index.html: web/node_modules $(shell find web/src web/public web/index.html web/vite.config.ts -type f 2>/dev/null)
	cd web && npm run build

web: web/dist/index.html ## Build the page

run: setup-run web ## Build and start Quorum on http://127.0.0.1:8000
	$(CARGO) build --release --bin quorum
	./target/release/quorum --data-dir $(DATA_DIR) --port $(PORT)

run-scale: web ## Start two API processes and two workers on a PostgreSQL and a Redis of their own
	@tests/setup.sh scale
	$(CARGO) build --release --bin quorum
	tests/run-scale.sh target/release/quorum $(DATA_DIR)/scale $(PORT)

dev: setup-run web/node_modules ## Page with hot reload (5173) in front of a debug server (8000)
	@tests/dev.sh

test: setup web ## Run every suite: Rust on SQLite and PostgreSQL, web, browser, provider SDKs
	@tests/run-all.sh

test-rust: web ## Rust suites only (PostgreSQL on a throw-away cluster)
	tests/with-postgres.sh $(CARGO) test --workspace

test-web: web/node_modules ## Unit tests of the page
	cd web && npm run test

test-browser: web ## Browser tests against the real product
	$(CARGO) build --bin quorum
	cd web && QUORUM_BIN=$(CURDIR)/target/debug/quorum npm run e2e

test-fleet-sdk: ## The official SDKs against the provider simulator
	$(CARGO) build --bin quorum
	tests/fleet_sdk/run.sh target/debug/quorum

test-compatible: ## The official SDKs of OpenAI, Anthropic and MCP and two agent frameworks against the product
	$(CARGO) build --bin quorum
	tests/compatible/run.sh target/debug/quorum

test-faults: ## The fault suite in its full size: 100 rounds of kill -9 and all the rest
	@tests/setup.sh test
	$(CARGO) build --bin quorum
	python3 tests/faults/run.py --binary target/debug/quorum --size full

test-security: ## The security proofs: description, ownership, extra fields, other sites, secrets, hostile answers
	$(CARGO) build --bin quorum
	tests/security/run.sh target/debug/quorum
	cd web && QUORUM_BIN=$(CURDIR)/target/debug/quorum npm run e2e -- --project wide hostile

fuzz: ## Bend what comes from outside, each target for FUZZ_SECONDS (default 300)
	QUORUM_FUZZ_SECONDS=$(or $(FUZZ_SECONDS),300) $(CARGO) test --release --test fuzz

test-real: ## Ten questions through a real small model, as two services and as the judge
	$(CARGO) build --bin quorum
	tests/real_model/run.sh target/debug/quorum

run-local: setup-run web ## Start Quorum with two small real models beside the demo
	$(CARGO) build --release --bin quorum
	tests/real_model/serve-and-run.sh target/release/quorum $(DATA_DIR) $(PORT)

demo-data: ## Put real questions through the whole system and print one table
	$(CARGO) build --bin quorum
	python3 tests/demo_data/run.py --binary target/debug/quorum

lint: web/node_modules ## Formatting, clippy, types, dead code
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	cd web && npm run check

coverage: setup web ## Line coverage of Rust and web
	@tests/coverage.sh

bench: ## Print this build's figures beside a bare fan-out and the smallest engine
	@tests/setup.sh scale
	$(CARGO) build --release --package quorum --package quorum-bench
	tests/bench/run.sh target/release full

bench-micro: ## Print what the hot pure parts cost: stream parser, prompt, tally, order by agreement
	$(CARGO) bench -p quorum-providers --bench stream_parser
	$(CARGO) bench -p quorum-domain --bench context_builder
	$(CARGO) bench -p quorum-rank --bench ranking

bench-page: web ## Print how long the page keeps the browser busy
	$(CARGO) build --release --bin quorum
	cd web && QUORUM_BIN=$(CURDIR)/target/release/quorum npm run bench

walk: web ## Record the four clicks and the pictures of the README from the real product (GIF needs ImageMagick)
	$(CARGO) build --release --bin quorum
	cd web && QUORUM_BIN=$(CURDIR)/target/release/quorum node scripts/record-walk.mjs

soak: ## Two turns a second for half an hour; print how memory, threads and files move
	$(CARGO) build --release --package quorum --package quorum-bench
	target/release/quorum-bench soak --binary target/release/quorum --minutes $(MINUTES)

bench-ranking: ## Print the judging's figures beside their anchors (QUORUM_DATA names the folder of data)
	$(CARGO) run --release -p quorum-rank --example bench_ranking
	QUORUM_SIMULATED=$${QUORUM_SIMULATED:-40} $(CARGO) test -q --test front_door judges_that_err -- --nocapture

clean: ## Delete everything that was built
	$(CARGO) clean
	rm -rf web/dist web/node_modules data .cache
