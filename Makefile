# Warmline. `make run` starts it with nothing else to set up; `make test` runs the tests; `make help` lists the rest.
# Needs Python 3.11 to 3.13; everything else is installed into .venv from a hashed lock.
VENV := .venv/bin
PATHS := bot adapters nlu assistants benchmarks tests
.DEFAULT_GOAL := help
.PHONY: help run test check fmt faults leaks bench bench-teams teams-package lock docs browser fetched taught install dev clean card-pictures

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: install ## serve the assistant, the embedded store and the playground at http://127.0.0.1:8080
	@$(VENV)/python -m bot run

test: dev browser fetched taught ## run the tests (below five minutes)
	@# some machines tell Python to keep no bytecode: every process of the tests would compile all of it again
	@PYTHONDONTWRITEBYTECODE= $(VENV)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "$$(tests/selection.sh)"

check: dev ## lint, types, import rules, spelling
	$(VENV)/ruff format --check $(PATHS)
	$(VENV)/ruff check $(PATHS)
	$(VENV)/lint-imports --config .importlinter
	$(VENV)/mypy
	$(VENV)/pyright
	$(VENV)/codespell
	$(VENV)/python -m bot diagram --check

fmt: dev ## format, and mend what can be mended
	$(VENV)/ruff format $(PATHS)
	$(VENV)/ruff check --fix $(PATHS)

faults: dev ## the whole fault laboratory, printing its figures
	$(VENV)/python -m tests.faults
	$(VENV)/python -m tests.faults --mode all --conversations 60 --events 1200 --per-second 20

leaks: dev ## 100,000 random steps of desks and customers: nothing of the wrong class may reach a customer
	$(VENV)/python -m tests.leaks

bench: dev ## what an acknowledgement, a reply, a relayed message, a turn on Teams, a large file, training, deciding, learning and a hand-over cost
	$(VENV)/python -m benchmarks.ingress
	$(VENV)/python -m benchmarks.relay
	benchmarks/stock.sh
	$(VENV)/python -m benchmarks.teams_turn
	$(VENV)/python -m benchmarks.files
	$(VENV)/python -m benchmarks.dialogue assistants/ecommerce
	$(VENV)/python -m benchmarks.learning
	$(VENV)/python -m benchmarks.hand_over

bench-teams: dev ## CPU of one turn on Teams, ours beside the stock adapter's
	@benchmarks/stock.sh
	@$(VENV)/python -m benchmarks.teams_turn

teams-package: install ## the app package for Teams: make teams-package APP_ID=… [OUT=warmline.zip]
	$(VENV)/python -m adapters.teams.package $(or $(OUT),warmline.zip) --app-id $(APP_ID)

docs: dev ## draw what the documents take from the code
	$(VENV)/python -m bot diagram

lock: dev ## resolve the dependencies anew
	for set in run dev; do \
	  extra=$$([ $$set = dev ] && echo "--extra dev"); \
	  uv pip compile pyproject.toml $$extra --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-annotate --no-emit-index-url --no-emit-find-links --quiet --output-file requirements/$$set.txt; \
	done

install:
	@requirements/install.sh run

dev:
	@requirements/install.sh dev

browser:
	@tests/browser/install.sh

taught: dev
	@# in a fresh clone another process reads all tests meanwhile: those that run them find them compiled, once for all
	@if [ ! -e tests/__pycache__ ]; then \
	  PYTHONDONTWRITEBYTECODE= $(VENV)/python -m pytest --collect-only -qq >/dev/null 2>&1 & \
	fi; $(VENV)/python -m tests.app.product; trained=$$?; wait; exit $$trained

fetched: dev
	@$(VENV)/python -m tests.fetched

clean: ## remove what was installed and built, and nothing that was stored
	rm -rf .venv .boot .mypy_cache .ruff_cache .import_linter_cache

card-pictures: dev browser ## draw every card as Slack and as Teams would, into docs/pictures/cards
	@tests/cards/install.sh .boot/cards
	@PYTHONPATH=. $(VENV)/python tests/cards/pictures.py .boot/cards docs/pictures/cards
