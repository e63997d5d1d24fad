.PHONY: run test check format lint bench first99 screenshots setup

run:            ## open the window
	python3 start.py

test:           ## run the tests
	python3 start.py test

setup:          ## install what development needs
	python3 start.py setup

check: format lint test  ## everything that must hold before a commit

format: setup
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

lint: setup     ## style, types, and which way imports run
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

# OPENBLAS_CORETYPE holds some machines' BLAS back to an older processor, so the benchmarks unset it.
BENCH = env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE PYTHONPATH=tests .venv/bin/python -m

bench: setup    ## print the measured figures, beside PyTorch if it can be installed
	.venv/bin/python -c "import torch" 2> /dev/null || .venv/bin/python -m pip install --quiet torch || true
	$(BENCH) benchmarks.speed
	QT_QPA_PLATFORM=offscreen $(BENCH) benchmarks.responsiveness

first99: setup  ## seconds to 99 % of MNIST's test pictures: make first99 MNIST=folder
	$(BENCH) benchmarks.first_99 $(MNIST)

screenshots: setup  ## one picture a page, from a real training, into docs/screenshots
	PYTHONPATH=tests QT_QPA_PLATFORM=offscreen .venv/bin/python -m benchmarks.screenshots docs/screenshots
