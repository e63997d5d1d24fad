.PHONY: run test check format lint bench screenshots setup

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
bench: setup    ## print the measured figures
	env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE PYTHONPATH=tests .venv/bin/python -m benchmarks.speed
	env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE PYTHONPATH=tests QT_QPA_PLATFORM=offscreen .venv/bin/python -m benchmarks.responsiveness

screenshots: setup  ## one picture a page, from a real training, into docs/screenshots
	PYTHONPATH=tests QT_QPA_PLATFORM=offscreen .venv/bin/python -m benchmarks.screenshots docs/screenshots
