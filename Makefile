# Two commands do everything on a fresh Debian or Ubuntu machine with a Swift toolchain:
#   make search   install what is missing, build, run the main job, print its answer, export what it recommends
#   make test     install what is missing, check the formatting, run all tests
# Both say what they do, and a second call does only what is left. `make install` puts the tool where people look for tools.

# The space to search; empty is Fashion-MNIST's, with accuracy and latency.
SPACE ?=
STORE ?= results/compound.sqlite
# The network of the answer; its weights and the fit are written beside it.
BEST  ?= results/best.yaml
REPORT  ?= results/report.html
# Where `make install` puts the tool; DESTDIR goes before it, for packages.
PREFIX  ?= /usr/local
DESTDIR ?=
# Where Debian's package puts the images.
FASHION := /usr/share/datasets/fashion-mnist
BIN   := .build/release/compound
# A module imports only what Package.swift declares for it.
IMPORTS := --explicit-target-dependency-import-check error
# Shell functions: `quietly` shows what a command printed only where it fails, `as_root` runs it as root.
SHELL_FUNCTIONS := \
	quietly() { SAID=$$("$$@" 2>&1) || { printf '%s\n' "$$SAID"; return 1; }; }; \
	as_root() { if [ "$$(id -u)" = 0 ]; then "$$@"; else sudo "$$@"; fi; };

# What exports are compared with. PyPI's torch brings CUDA along; TORCH_INDEX=https://download.pytorch.org/whl/cpu
# has it without.
PYTHON          ?= python3
TORCH           ?= torch==2.13.0 torchvision==0.28.0
TORCH_INDEX     ?=
PARITY_PACKAGES ?= timm==1.0.31 keras==3.15.1 onnx==1.23.2 onnxruntime==1.32.0 safetensors==0.8.0 numpy

.PHONY: search install uninstall test test-kills test-report test-cluster test-submit build setup lint test-haswell parity \
	clean

# Trains candidates on Fashion-MNIST where the system has it, else on drawn shapes; then fits the scaling law, and ends with the
# answer and the files that hold it.
search: build
	@$(SHELL_FUNCTIONS) SPACE=$(SPACE); \
	if [ -z "$$SPACE" ] && [ ! -e $(FASHION) ]; then \
		echo "==> Installing dataset-fashion-mnist"; \
		quietly as_root apt-get install -y -qq dataset-fashion-mnist || true; \
	fi; \
	if [ -z "$$SPACE" ]; then \
		SPACE=search-spaces/fashion-mnist.yaml; \
		if [ ! -e $(FASHION) ]; then \
			echo "==> Fashion-MNIST cannot be installed here: searching on the embedded data set of drawn shapes"; \
			SPACE=search-spaces/shapes.yaml; \
		fi; \
	fi; \
	echo "==> Searching $$SPACE"; \
	$(BIN) search $$SPACE --store $(STORE) --output $(BEST) && \
	$(BIN) report --store $(STORE) --output $(REPORT) && \
	echo "==> Open $(REPORT): what was found, on one page"

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

# What `compound submit` prints, validated and run: the manifest by kubernetes-validate, the line by GNU parallel.
test-submit: build
	@$(SHELL_FUNCTIONS) if ! command -v parallel >/dev/null; then \
		echo "==> Installing parallel"; \
		quietly as_root apt-get update -qq; quietly as_root apt-get install -y -qq --no-install-recommends parallel; \
	fi
	docs/cluster/check.sh $(BIN) .build/submit

# A search as a job array of Slurm, with a cluster of its own on this machine, disturbed on the way. CLUSTER=--if-possible skips
# it, visibly, where there can be no cluster.
CLUSTER ?=
test-cluster: build
	@echo "==> Searching on a Slurm cluster of one node"
	$(PYTHON) docs/cluster/slurm.py $(BIN) $(CLUSTER)

build: setup
	@echo "==> Building compound in release"
	swift build -c release --product compound $(IMPORTS)

# The tool, its manual page, and completions for bash, zsh and fish, at the places where each is looked for.
PROGRAM  = $(DESTDIR)$(PREFIX)/bin/compound
MANUAL   = $(DESTDIR)$(PREFIX)/share/man/man1/compound.1
BASH_COMPLETION = $(DESTDIR)$(PREFIX)/share/bash-completion/completions/compound
ZSH_COMPLETION  = $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_compound
FISH_COMPLETION = $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/compound.fish

install: build
	@echo "==> Installing compound under $(DESTDIR)$(PREFIX)"
	@install -d $(dir $(PROGRAM) $(MANUAL) $(BASH_COMPLETION) $(ZSH_COMPLETION) $(FISH_COMPLETION))
	@install -m 755 $(BIN) $(PROGRAM)
	@$(BIN) manual > $(MANUAL)
	@$(BIN) --generate-completion-script bash > $(BASH_COMPLETION)
	@$(BIN) --generate-completion-script zsh > $(ZSH_COMPLETION)
	@$(BIN) --generate-completion-script fish > $(FISH_COMPLETION)

uninstall:
	@echo "==> Removing compound from $(DESTDIR)$(PREFIX)"
	@rm -f $(PROGRAM) $(MANUAL) $(BASH_COMPLETION) $(ZSH_COMPLETION) $(FISH_COMPLETION)

lint: setup
	@echo "==> Checking the formatting"
	swift format lint --strict --parallel --recursive Package.swift Sources Tests

# Headers of system libraries, each with the package that has it.
LIBRARIES := sqlite3.h:libsqlite3-dev zlib.h:zlib1g-dev png.h:libpng-dev turbojpeg.h:libturbojpeg0-dev

# These are all that a machine with Swift may lack; without pkg-config SwiftPM warns that it finds no library, though
# it does. binutils gives nm to one test.
setup:
	@command -v swift >/dev/null || { echo "Install Swift 6.2 or later first: https://www.swift.org/install"; exit 1; }
	@$(SHELL_FUNCTIONS) MISSING=; command -v pkg-config >/dev/null || MISSING=" pkg-config"; \
	for LIBRARY in $(LIBRARIES); do \
		if [ ! -e "/usr/include/$${LIBRARY%%:*}" ]; then MISSING="$$MISSING $${LIBRARY##*:}"; fi; \
	done; \
	if [ -n "$$MISSING" ]; then \
		echo "==> Installing$$MISSING"; \
		quietly as_root apt-get update -qq && quietly as_root apt-get install -y -qq $$MISSING; \
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
