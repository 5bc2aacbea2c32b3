# Everything a newcomer needs: `make demo` shows a pull request become a running Odoo, `make test` runs every test.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: help setup demo demo-down test check bench

help: ## What can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## Packages, Docker Engine, npm modules, base images
	@scripts/setup.sh all

demo: ## From nothing to a pull request's own Odoo 19 in the browser
	@scripts/setup.sh all
	@node scripts/demo.ts up

demo-down: ## Removes every trace of the demo
	@scripts/setup.sh node
	@node scripts/demo.ts down

check: ## Types, lint, import graph, unit and architecture tests: under a minute
	@scripts/setup.sh node
	@npm run --silent check

test: ## Every test, with all that they need
	@scripts/setup.sh test
	@node scripts/run-tests.ts

bench: ## Every figure that the README quotes: each folder of bench/ that has a run.ts writes its results.md
	@scripts/setup.sh all
	@for bench in bench/*/run.ts; do echo "== $$bench" >&2; node "$$bench"; done
