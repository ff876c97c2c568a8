# Everything a newcomer needs: `make demo`, `make test`. Python 3.11 or newer and make are enough.
PYTHON ?= python3
BIN := .venv/bin
CHUDE_CORPORA ?= ../shared/corpora
export CHUDE_CORPORA

.PHONY: help demo test lint models evaluate bench soak clean

help: ## say what there is
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(BIN)/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: $(BIN)/installed ## label the sample articles
	$(BIN)/chude label data/samples --include '*.txt'

test: lint ## lint, types and every test
	$(BIN)/python -m pytest

lint: $(BIN)/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

models: $(BIN)/installed ## rebuild the bundled models from the corpora in CHUDE_CORPORA
	$(BIN)/python -m chude.training.recipe models/vntc.toml models/vntc.safetensors
	$(BIN)/python -m chude.training.recipe models/news.toml models/news.safetensors

bench: $(BIN)/installed ## measure speed, memory and start beside peers; writes benchmarks/results.*
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[report]'
	-$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary fasttext-numpy2-wheel --editable '.[bench]'
	$(BIN)/python -m benchmarks

clean: ## remove what was built
	rm -rf .venv build dist reports .mypy_cache .pytest_cache .ruff_cache .hypothesis
