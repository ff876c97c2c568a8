# Everything a newcomer needs: `make demo`, `make test`. Python 3.11 or newer and make are enough.
PYTHON ?= python3
BIN := .venv/bin
CHUDE_CORPORA ?= ../shared/corpora
export CHUDE_CORPORA

.PHONY: help demo test lint docs kernels wheel sanitize soak fuzz models evaluate bench lock audit clean

# Exact versions, so that a failure is never somebody's new release; `make lock` takes new ones.
LOCKED := -m pip install --quiet --disable-pip-version-check --constraint requirements.lock
EXTRAS := dev,docs,documents,html,polars,report,dask,spark,fuzz

help: ## say what there is
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

# What hatch_build.py asks for is a C compiler from PyPI where the machine has none; docs/install.md says more.
$(BIN)/installed: pyproject.toml requirements.lock hatch_build.py tools/compiling.py
	@echo 'Installing into .venv: a minute or two.'
	$(PYTHON) -m venv .venv
	$(BIN)/python $(LOCKED) hatchling cython
	$(BIN)/python $(LOCKED) cython $$($(BIN)/python hatch_build.py --requirements)
	$(BIN)/python $(LOCKED) --no-build-isolation --editable .
	touch $@

kernels: $(BIN)/installed
	@$(BIN)/python hatch_build.py

$(BIN)/installed-for-developers: $(BIN)/installed
	$(BIN)/python $(LOCKED) pyspark  # comes as source, to be built with a setuptools of its own
	$(BIN)/python $(LOCKED) --no-build-isolation --editable '.[$(EXTRAS)]'
	touch $@

demo: kernels ## label the sample articles
	$(BIN)/chude label data/samples --include '*.txt'

wheel: $(BIN)/installed ## build a wheel for this Python into dist; installing it takes no compiler
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

test: lint kernels ## lint, types and every test
	$(BIN)/python -m pytest

SANITIZED := tests/kernels tests/tokenizer tests/vectorizer tests/model tests/explain \
	tests/training/test_solver.py tests/training/test_duplicates.py tests/training/test_parallel.py

sanitize: $(BIN)/installed-for-developers kernels ## the tests of kernels, with bounds checked, under sanitizers (gcc on Linux)
	$(BIN)/python -m tools.sanitizing -m pytest -p no:cacheprovider --capture=sys $(SANITIZED)

soak: $(BIN)/installed-for-developers kernels ## every test with free draws and full counts, sanitizers, then FUZZ_MINUTES (30) of fuzzing
	CHUDE_SOAK=1 $(BIN)/python -m pytest
	CHUDE_SOAK=1 $(MAKE) sanitize
	$(MAKE) fuzz

FUZZ_MINUTES ?= 30

fuzz: $(BIN)/installed-for-developers kernels ## fuzz every target, FUZZ_MINUTES in all; inputs are kept in build/fuzz
	$(BIN)/python $(LOCKED) --no-build-isolation --editable '.[fuzz]'
	cd tests && PYTHONPATH=$(CURDIR) ../$(BIN)/python -m fuzz ../build/fuzz --minutes $(FUZZ_MINUTES)

lint: $(BIN)/installed-for-developers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

docs: $(BIN)/installed-for-developers kernels ## build the guides and the reference of functions as pages to read offline, in build/docs
	$(BIN)/python -m tools.site

models: $(BIN)/installed-for-developers kernels ## rebuild the bundled models from the corpora in CHUDE_CORPORA
	$(BIN)/python -m tools.recipe models/vntc.toml models/vntc.safetensors
	$(BIN)/python -m tools.recipe models/news.toml models/news.safetensors

evaluate: $(BIN)/installed-for-developers kernels ## score the models beside peers; writes models/accuracy.*, cards, tables of the pages
	$(BIN)/python -m benchmarks.accuracy
	$(BIN)/python -m tools.card models/news.safetensors models/vntc.safetensors
	$(BIN)/python -m tools.refresh --scores

bench: $(BIN)/installed-for-developers kernels ## measure speed, memory and start beside peers; writes benchmarks/results.*, tables of the pages
	-$(BIN)/python $(LOCKED) --no-build-isolation --only-binary fasttext-numpy2-wheel --editable '.[bench]'
	$(BIN)/python -m benchmarks
	$(BIN)/python -m tools.refresh --scores

lock: ## write the newest versions that fit pyproject.toml to requirements.lock; run it with the oldest Python
	rm -rf build/lock
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[$(EXTRAS)]'
	build/lock/bin/python -m pip install --quiet --disable-pip-version-check \
		"$$(build/lock/bin/python -c 'from tools import compiling; print(compiling.ZIG)')"
	{ echo '# What `make test` runs with, written by `make lock`.'; \
	  build/lock/bin/python -m pip freeze --exclude-editable; } > build/requirements.lock
	mv build/requirements.lock requirements.lock

audit: ## look for known vulnerabilities in what requirements.lock names; asks a database on the internet
	test -x build/audit/bin/pip-audit || { $(PYTHON) -m venv build/audit && \
		build/audit/bin/python -m pip install -qq --disable-pip-version-check pip-audit; } || true
	$(PYTHON) tests/packaging/audit_lock.py build/audit/bin/pip-audit $(AUDIT)

clean: ## remove what was built
	rm -f src/chude/kernels/compiled/*.so src/chude/kernels/compiled/built.*.txt
	rm -rf .venv build dist reports .mypy_cache .pytest_cache .ruff_cache .hypothesis
