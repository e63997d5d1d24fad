.PHONY: docs house notebooks test-fast release traces run test check format lint closing fuzz kill monkey mutants bench bench-data bench-bare bench-epochs bench-sweeps bench-runs bench-inspect handwriting own-digits sheets c-export shipped-model first99 teach-writers accuracy accuracy-deep accuracy-ensemble accuracy-fashion accuracy-photos accuracy-letters screenshots setup sheet-cells sheets-teach sheets-checks sheet-model

run:            ## open the window
	python3 start.py

test:           ## run the tests
	python3 start.py test

test-fast:      ## the fast part of the tests: tests/fast.txt
	python3 start.py test --fast

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

release: setup  ## check that version, changelog and tag agree, build the packages, and say what to do next
	.venv/bin/python installers/release.py

monkey: setup   ## ten thousand random actions in the window: make monkey SEED=1 ACTIONS=10000
	QT_QPA_PLATFORM=offscreen PYTHONPATH=tests .venv/bin/python -m benchmarks.monkey --seed $(or $(SEED),1) --actions $(or $(ACTIONS),10000)

closing: setup  ## seconds from closing the window to the end of the process, from every state
	PYTHONPATH=tests .venv/bin/python -m benchmarks.closing

fuzz: setup     ## damaged files of every kind for every reader: make fuzz SEED=1 INPUTS=100000 READERS="npz gif"
	QT_QPA_PLATFORM=offscreen PYTHONPATH=tests .venv/bin/python -m benchmarks.fuzz --seed $(or $(SEED),1) --inputs $(or $(INPUTS),100000) $(READERS)

kill: setup     ## kill trainings, digits, corrections and a sweep at random moments: make kill TIMES=30
	PYTHONPATH=tests .venv/bin/python -m benchmarks.kill --times $(or $(TIMES),30)

mutants: setup  ## do the tests notice small faults? a sample of them: make mutants MODULES="model.runs model.network.losses" EACH=20
	QT_QPA_PLATFORM=offscreen PYTHONPATH=tests .venv/bin/python -m benchmarks.mutants $(MODULES) --each $(or $(EACH),10)

# OPENBLAS_CORETYPE holds some machines' BLAS back to an older processor, so the benchmarks unset it.
BENCH = env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE PYTHONPATH=tests .venv/bin/python -m

bench: setup    ## print the measured figures, beside PyTorch, JAX and onnxruntime if they can be installed
	.venv/bin/python -c "import torch" 2> /dev/null || .venv/bin/python -m pip install --quiet torch || true
	.venv/bin/python -c "import jax" 2> /dev/null || .venv/bin/python -m pip install --quiet jax || true
	.venv/bin/python -c "import onnxruntime" 2> /dev/null || .venv/bin/python -m pip install --quiet onnxruntime || true
	$(BENCH) benchmarks.speed
	QT_QPA_PLATFORM=offscreen $(BENCH) benchmarks.start
	QT_QPA_PLATFORM=offscreen $(BENCH) benchmarks.responsiveness

traces: setup   ## every output and gradient of a trace, beside PyTorch's, if it can be installed
	.venv/bin/python -c "import torch" 2> /dev/null || .venv/bin/python -m pip install --quiet torch
	$(BENCH) benchmarks.traces

bench-data: setup ## 60,000 pictures in the window, from every form of file, and a million: make bench-data MNIST=folder
	$(BENCH) benchmarks.large_data $(MNIST)
	$(BENCH) benchmarks.million $(MNIST)

handwriting: setup ## unseen writers, every pen, size and place: make handwriting MNIST=folder STROKES=file LETTERS=file
	QT_QPA_PLATFORM=offscreen $(BENCH) benchmarks.handwriting default tests/golden/lenet_format_2.safetensors --mnist $(MNIST) --strokes $(STROKES) --letters $(LETTERS)

own-digits: setup ## files named author_digit_n, drawn, scanned or photographed: make own-digits PICTURES=folder
	$(BENCH) benchmarks.own_digits $(PICTURES)

sheets: setup ## sheets of numbers by unseen writers, scanned and photographed: make sheets STROKES=file
	$(BENCH) benchmarks.sheets $(STROKES)

sheets-teach: setup ## what teaching brings to the rest of a writer's sheets: make sheets-teach STROKES=file
	$(BENCH) benchmarks.sheets $(STROKES) --teach

sheets-checks: setup ## what sums bring on sheets by unseen writers: make sheets-checks STROKES=file
	$(BENCH) benchmarks.sheet_checks $(STROKES) --each 4

sheet-cells: setup ## made sheets of every kind: which share of their cells is found: make sheet-cells COUNT=3
	$(BENCH) benchmarks.sheet_cells --count $(or $(COUNT),3)

c-export: setup ## exported C against the network, on all test pictures: make c-export MNIST=folder
	$(BENCH) benchmarks.c_export $(MNIST) $(MODELS)

bench-sweeps: setup ## what a second process, or a second worker of a Dask cluster, brings to a sweep
	$(BENCH) benchmarks.sweeps
	$(BENCH) benchmarks.sweeps --dask

bench-epochs: setup ## what keeping the network of each epoch costs
	$(BENCH) benchmarks.epochs

bench-runs: setup ## a thousand runs in the window
	QT_QPA_PLATFORM=offscreen $(BENCH) benchmarks.many_runs

bench-inspect: setup ## how fast the Inspect page follows the pen, alone and beside a training
	QT_QPA_PLATFORM=offscreen $(BENCH) benchmarks.inspecting

bench-bare: setup ## the first start in a bare Debian or Ubuntu, by root: make bench-bare ROOT=folder of debootstrap
	$(BENCH) benchmarks.bare_start $(ROOT)

first99: setup  ## seconds to 99 % of MNIST's test pictures: make first99 MNIST=folder
	$(BENCH) benchmarks.first_99 $(MNIST)

teach-writers: setup ## what teaching a hand brings and costs: make teach-writers STROKES=file MNIST=folder LETTERS=file
	QT_QPA_PLATFORM=offscreen $(BENCH) benchmarks.teaching $(STROKES) $(MNIST) $(MODELS) $(if $(LETTERS),--letters $(LETTERS))

# The figures of accuracy in the README. MNIST is a folder with MNIST's four IDX files; RUNS is where models go.
RUNS ?= runs
DIGITGUI = env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE .venv/bin/digitgui
SMALL = $(DIGITGUI) train --data bundled --limit 3000 --epochs 40 --augment handwriting --batch-size 32 --schedule one-cycle
LARGE = $(DIGITGUI) train --data $(MNIST) --arch deep --augment handwriting --batch-size 64 --optimizer nesterov \
	--schedule one-cycle --lr 0.05 --l2 0.0005 --label-smoothing 0.05
TEST = --data $(MNIST) --split test

accuracy: setup ## from 2,550 pictures, five minutes: make accuracy MNIST=folder
	mkdir -p $(RUNS)
	$(SMALL) --arch journal-24 --optimizer adamw --lr 0.004 --weight-decay 0.05 --out $(RUNS)/journal-24.safetensors
	$(SMALL) --arch lenet --optimizer nesterov --lr 0.03 --l2 0.0005 --label-smoothing 0.05 --out $(RUNS)/lenet.safetensors
	$(SMALL) --arch deep --optimizer nesterov --lr 0.03 --l2 0.0005 --label-smoothing 0.05 --out $(RUNS)/deep.safetensors
	for name in journal-24 lenet deep; do $(DIGITGUI) evaluate $(RUNS)/$$name.safetensors $(TEST); done

accuracy-deep: setup ## from MNIST's 60,000, half an hour
	mkdir -p $(RUNS)
	$(LARGE) --epochs 36 --seed 0 --out $(RUNS)/deep-0.safetensors
	$(DIGITGUI) evaluate $(RUNS)/deep-0.safetensors $(TEST)

accuracy-ensemble: accuracy-deep ## and three more of them, two hours altogether
	for seed in 1 2 3; do $(LARGE) --epochs 26 --seed $$seed --out $(RUNS)/deep-$$seed.safetensors; done
	$(DIGITGUI) evaluate $(RUNS)/deep-[0-3].safetensors $(TEST)

# Other classes: Fashion-MNIST's four files, CIFAR-10 as folders of JPEG (train and test), letters of benchmarks.letters.
RECIPE = --optimizer nesterov --schedule one-cycle --l2 0.0005
FLIP = {"operation": "flip", "strength": 1, "probability": 0.5}
accuracy-fashion: setup ## half an hour: make accuracy-fashion FASHION=folder
	mkdir -p $(RUNS)
	$(DIGITGUI) train --data $(FASHION) --arch lenet --epochs 20 --batch-size 64 --lr 0.05 $(RECIPE) \
	    --augment '{"name": "flip", "steps": [$(FLIP)]}' --out $(RUNS)/fashion-lenet.safetensors
	$(DIGITGUI) train --data $(FASHION) --arch deep --epochs 26 --batch-size 64 --lr 0.05 $(RECIPE) \
	    --augment '{"name": "flip and crop", "steps": [$(FLIP), {"operation": "crop", "strength": 2}]}' \
	    --out $(RUNS)/fashion-deep.safetensors

accuracy-photos: setup ## forty minutes: make accuracy-photos CIFAR=folder
	mkdir -p $(RUNS)
	$(DIGITGUI) train --data $(CIFAR) --arch colour --epochs 12 --batch-size 128 --lr 0.05 $(RECIPE) \
	    --augment photo --label-smoothing 0.1 --standardize --out $(RUNS)/photos.safetensors

accuracy-letters: setup ## ten minutes, with what scikit-learn's SVC gets: make accuracy-letters LETTERS=file
	mkdir -p $(RUNS)
	$(BENCH) benchmarks.letters $(LETTERS) --out $(RUNS)/letters.npz
	for name in lenet deep; do $(DIGITGUI) train --data $(RUNS)/letters.npz --arch $$name --epochs 20 --batch-size 64 \
	    --lr 0.05 $(RECIPE) --augment handwriting --label-smoothing 0.05 --out $(RUNS)/letters-$$name.safetensors; done

# The network that comes with the program: an hour and a quarter on two cores, the second phase with a small learning
# rate and mild augmentation. STROKES and LETTERS are described in CONTRIBUTING.
INK = --strokes $(STROKES) --refuse $(LETTERS)
MILD = $(LARGE) $(INK) --augment resources/mild_augmentation.json --schedule cosine
shipped-model: setup
	mkdir -p $(RUNS)
	$(LARGE) $(INK) --epochs 22 --seed 0 --checkpoint $(RUNS)/shipped.checkpoint --out $(RUNS)/shipped-1.safetensors
	$(MILD) --init $(RUNS)/shipped-1.safetensors --epochs 6 --lr 0.006 --seed 7 --out $(RUNS)/shipped-2.safetensors
	$(DIGITGUI) calibrate $(RUNS)/shipped-2.safetensors --data $(MNIST) $(INK) --out resources/default.safetensors

# The shipped network, trained further on digits and no digits that are cut out of made sheets as well: three quarters of an
# hour on two idle cores. It began with the network that was shipped before, which `shipped-model` makes.
sheet-model: setup ## the shipped network, trained further on made sheets: make sheet-model MNIST=folder STROKES=file LETTERS=file
	mkdir -p $(RUNS)
	$(BENCH) benchmarks.sheet_pictures $(STROKES) $(MNIST) --sheets 192 --seed 1 --out $(RUNS)/sheets.npz
	$(LARGE) $(INK) --init default --sheets $(RUNS)/sheets.npz --epochs 9 --lr 0.03 --seed 31 --out $(RUNS)/one.safetensors
	$(MILD) --init $(RUNS)/one.safetensors --sheets $(RUNS)/sheets.npz --epochs 4 --lr 0.006 --seed 32 \
		--out $(RUNS)/two.safetensors
	$(DIGITGUI) calibrate $(RUNS)/two.safetensors --data $(MNIST) $(INK) --out $(RUNS)/sheets.safetensors

screenshots: setup  ## one picture a page, from a real training, into docs/screenshots
	PYTHONPATH=tests QT_QPA_PLATFORM=offscreen .venv/bin/python -m benchmarks.screenshots docs/screenshots

docs: setup     ## the documents as pages, in docs/_build; a warning or a dead link within them is an error
	.venv/bin/python -m sphinx -W --keep-going -n -q -b html docs docs/_build
	@grep -rhoE --include=*.md --include=*.ipynb 'https?://[^] )>"]+' README.md docs | sort -u > docs/_build/external-links.txt

house: setup    ## the drawings of the rooms, in docs
	.venv/bin/python docs/draw_house.py

notebooks: setup ## run the notebooks and keep what they print
	PYTHONPATH=tests .venv/bin/python -m helpers.notebooks docs/notebooks/*.ipynb
