# Two commands do everything on a fresh Debian or Ubuntu machine with a Swift toolchain:
#   make search   install what is missing, build, run the main job, print the best trials, export the best
#   make test     install what is missing, check the formatting, run all tests
# Both say what they do, and a second call does only what is left.

# The space to search; empty is Fashion-MNIST's, with accuracy and latency.
SPACE ?=
STORE ?= results/compound.sqlite
BEST  ?= results/best.yaml
FIT   ?= results/fit.yaml
WEIGHTS ?= results/best.safetensors
REPORT  ?= results/report.html
# Where Debian's package puts the images.
FASHION := /usr/share/datasets/fashion-mnist
BIN   := .build/release/compound
# A module imports only what Package.swift declares for it.
IMPORTS := --explicit-target-dependency-import-check error

# What exports are compared with. PyPI's torch brings CUDA along; TORCH_INDEX=https://download.pytorch.org/whl/cpu
# has it without.
PYTHON          ?= python3
TORCH           ?= torch==2.13.0 torchvision==0.28.0
TORCH_INDEX     ?=
PARITY_PACKAGES ?= timm==1.0.31 keras==3.15.1 onnx==1.23.2 onnxruntime==1.32.0 safetensors==0.8.0 numpy

.PHONY: search report-accuracy report-latency test test-kills test-report build setup lint test-haswell parity clean

# Trains candidates on Fashion-MNIST where the system has it, else on drawn shapes; then fits the scaling law,
# prints what nobody beats in accuracy and latency, and exports the best variant with its weights.
search: build
	@if [ ! -e $(FASHION) ]; then \
		echo "==> Installing dataset-fashion-mnist"; \
		if [ "$$(id -u)" = 0 ]; then SUDO=; else SUDO=sudo; fi; \
		$$SUDO apt-get install -y -qq dataset-fashion-mnist || true; \
	fi
	@SPACE=$(SPACE); \
	if [ -z "$$SPACE" ]; then \
		SPACE=search-spaces/fashion-mnist.yaml; \
		if [ ! -e $(FASHION) ]; then \
			echo "==> Fashion-MNIST cannot be installed here: searching on the embedded data set of drawn shapes"; \
			SPACE=search-spaces/shapes.yaml; \
		fi; \
	fi; \
	echo "==> Searching $$SPACE; trials go to $(STORE)"; \
	$(BIN) search $$SPACE --store $(STORE)
	@if $(BIN) query --store $(STORE) --where "accuracy is not null" --limit 1 --format csv | grep -q '^[0-9]'; then \
		$(MAKE) --no-print-directory report-accuracy; \
	else \
		$(MAKE) --no-print-directory report-latency; \
	fi
	@$(BIN) report --store $(STORE) --output $(REPORT)
	@echo "==> Open $(REPORT): what was found, on one page"

report-accuracy:
	@echo "==> The answer, and the scaling law behind it"
	$(BIN) fit --store $(STORE) --output $(FIT)
	@echo "==> Trials that no other beats in both accuracy and latency"
	$(BIN) query --store $(STORE) --pareto accuracy,latency_ratio --where "test_accuracy is not null"
	@echo "==> Writing the recommended variant to $(BEST), its weights to $(WEIGHTS)"
	$(BIN) export --best --store $(STORE) --output $(BEST)
	@# With timm's names where timm has the network; the files of a training program of one's own are copied.
	@TRIAL="$$($(BIN) query --best --store $(STORE) --columns id --format csv 2>/dev/null | tail -n 1)"; \
	KEPT="$(dir $(STORE))$$($(BIN) query --store $(STORE) --table rungs \
		--where "trial = $$TRIAL and weights is not null" --sort -epochs --sort -accuracy --limit 1 \
		--columns weights --format csv | tail -n 1)"; \
	$(BIN) export $(BEST) --weights "$$KEPT" --format safetensors --output $(WEIGHTS) || cp "$$KEPT" $(WEIGHTS)
	$(BIN) show $(BEST)

report-latency:
	@echo "==> Writing the best variant to $(BEST)"
	$(BIN) export --best --store $(STORE) --output $(BEST)
	$(BIN) show $(BEST)

test: setup lint
	@echo "==> Running all tests in release (kernels in debug builds are too slow)"
	swift test -c release --disable-testable-imports $(IMPORTS)

# Two hundred kills at random moments, of searches, trainings, exports and migrations, two at once; `make test` has twenty.
test-kills: setup
	COMPOUND_KILLS=200 swift test -c release --disable-testable-imports --filter ManyKills | tee results/test-kills.txt

# Reports in Debian's chromium, used as a person does; pictures of them stay in .build/report/files.
SELENIUM ?= selenium==4.51.0
test-report: build
	@if ! command -v chromedriver >/dev/null; then \
		echo "==> Installing chromium chromium-driver python3-venv"; \
		if [ "$$(id -u)" = 0 ]; then SUDO=; else SUDO=sudo; fi; \
		$$SUDO apt-get update -qq && $$SUDO apt-get install -y -qq chromium chromium-driver python3-venv; \
	fi
	@echo "==> Installing $(SELENIUM) into .build/report"
	@$(PYTHON) -m venv .build/report
	@.build/report/bin/pip install -q $(SELENIUM)
	.build/report/bin/python docs/report/browse.py $(BIN) .build/report/files

build: setup
	@echo "==> Building compound in release"
	swift build -c release --product compound $(IMPORTS)

lint: setup
	@echo "==> Checking the formatting"
	swift format lint --strict --parallel --recursive Package.swift Sources Tests

# Headers of system libraries, each with the package that has it.
LIBRARIES := sqlite3.h:libsqlite3-dev zlib.h:zlib1g-dev png.h:libpng-dev turbojpeg.h:libturbojpeg0-dev

# These are all that a machine with Swift may lack; without pkg-config SwiftPM warns that it finds no library, though
# it does. binutils gives nm to one test.
setup:
	@command -v swift >/dev/null || { echo "Install Swift 6.2 or later first: https://www.swift.org/install"; exit 1; }
	@MISSING=; command -v pkg-config >/dev/null || MISSING=" pkg-config"; \
	for LIBRARY in $(LIBRARIES); do \
		if [ ! -e "/usr/include/$${LIBRARY%%:*}" ]; then MISSING="$$MISSING $${LIBRARY##*:}"; fi; \
	done; \
	if [ -n "$$MISSING" ]; then \
		echo "==> Installing$$MISSING"; \
		if [ "$$(id -u)" = 0 ]; then SUDO=; else SUDO=sudo; fi; \
		$$SUDO apt-get update -qq && $$SUDO apt-get install -y -qq $$MISSING; \
	fi

# The kernel tests on an emulated CPU without AVX-512: AVX2 runs, AVX-512 would trap. Needs qemu-user.
test-haswell: setup
	@command -v qemu-x86_64 >/dev/null || { echo "Install qemu-user first: apt-get install qemu-user"; exit 1; }
	@# A filter that matches nothing builds the tests as `make test` does, and runs none.
	swift test -c release --disable-testable-imports --filter NoSuchTest
	qemu-x86_64 -cpu Haswell .build/release/compoundPackageTests.xctest \
		--testing-library swift-testing --filter ConvolutionKernelsTests

# Exported candidates built by timm, torchvision, Keras and ONNX Runtime; the report is docs/parity.md.
parity: build
	@echo "==> Installing the Python packages into .build/parity"
	$(PYTHON) -m venv .build/parity
	.build/parity/bin/pip install -q $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) $(TORCH)
	.build/parity/bin/pip install -q $(PARITY_PACKAGES)
	.build/parity/bin/python docs/parity/parity.py $(BIN) .build/parity/files docs/parity/candidates.txt docs/parity.md

clean:
	rm -rf .build
