# Everything that is done with this repository. `make help` lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# JAVA_HOME if it is new enough, else any JDK that is.
JAVA_RELEASE := 25
JDK := $(shell for d in "$$JAVA_HOME" /usr/lib/jvm/* /opt/java/* "$$HOME"/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do \
	  v=$$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$$d/release" 2>/dev/null); \
	  if [ -n "$$v" ] && [ "$$v" -ge $(JAVA_RELEASE) ] && [ -x "$$d/bin/javac" ]; then echo "$$d"; break; fi; done)
export JAVA_HOME := $(JDK)
MVN := mvn --batch-mode --no-transfer-progress

APP := dataplane/server/target/quarkus-app/quarkus-run.jar
JVM_OPTIONS := dataplane/server/src/main/dist/jvm.options
APP_SOURCES := pom.xml dataplane/pom.xml $(shell find dataplane -path '*/src/main/*' -type f -o -name pom.xml -path 'dataplane/*')
VENV := .venv

# Shorthands of `make run`.
PORT ?= $(or $(MILLRACE_PORT),4567)
DATA ?= $(or $(MILLRACE_DATA),data)

# Images. IMAGE_BUILD is called as `docker build` is; BASE_IMAGE is a JRE 25, if not the Dockerfiles' own.
# IMAGE_LOAD is called with the images' names and brings them to the nodes of the cluster; empty: they are there. For example
#   kind: IMAGE_LOAD="kind load docker-image"
#   k3s:  IMAGE_LOAD=a script with: docker save "$@" | sudo k3s ctr images import -
# IMAGE_SAVE is called with a file and an image's name and writes the image into the file; `make release` needs it.
IMAGE_BUILD ?= docker build
IMAGE_LOAD ?=
IMAGE_SAVE ?= docker save --output
IMAGE_PREFIX ?= localhost/millrace
# Called with what to do to a node (cut, join, pause, resume, kill, start, wipe) and its name; empty: tests that need it are left out.
NODES ?=
BASE_IMAGE ?=
# The tag follows from what goes into the images: pods of an older build are then replaced, and nothing else is.
ifndef IMAGE_TAG
IMAGE_TAG := dev-$(shell find pom.xml crds dataplane operator e2e \( -path '*/src/main/*' -o -name pom.xml -o -name Dockerfile \) -type f \
	  -not -path '*/target/*' | LC_ALL=C sort | xargs sha256sum | cat - <(echo '$(BASE_IMAGE)') | sha256sum | cut -c1-12)
endif
IMAGES = $(foreach part,dataplane operator e2e-client,$(IMAGE_PREFIX)-$(part):$(IMAGE_TAG))
BUILD_IMAGE = $(IMAGE_BUILD) $(if $(BASE_IMAGE),--build-arg BASE_IMAGE=$(BASE_IMAGE))
# The programs of examples/ that have an image, whose name is the one in their manifests. Tests leave out those that are not named.
# PYTHON_IMAGE is a Python 3 with pip, if not the Dockerfile's own.
EXAMPLES ?= client-java client-python
EXAMPLE_IMAGES = $(foreach example,$(EXAMPLES),localhost/millrace-$(example):dev)
PYTHON_IMAGE ?=
# Where `make cluster` installs.
NAMESPACE ?= millrace

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  \1|\2/' | column -t -s '|'

.PHONY: tools
tools:
	@if [ -z "$(JDK)" ]; then echo "No JDK $(JAVA_RELEASE) or later was found in JAVA_HOME or the usual folders."; \
	  echo "Install one, for example Eclipse Temurin $(JAVA_RELEASE), and set JAVA_HOME to it."; exit 1; fi
	@command -v mvn >/dev/null || { echo "Apache Maven (3.8 or later) was not found: install the package 'maven'."; exit 1; }

.PHONY: run
run: $(APP) ## Run Millrace here: one process; PORT=4567 DATA=data MANIFESTS=folder and the MILLRACE_ variables of the README
	@MILLRACE_PORT=$(PORT) MILLRACE_DATA=$(DATA) $(if $(MANIFESTS),MILLRACE_MANIFESTS=$(MANIFESTS)) exec $(JDK)/bin/java @$(JVM_OPTIONS) -jar $(APP)

$(APP): $(APP_SOURCES) | tools
	$(MVN) --quiet --projects dataplane/server --also-make package -DskipTests
	@touch $@

.PHONY: build
build: tools ## Compile and check everything, without tests
	$(MVN) verify -DskipTests

.PHONY: test
test: tools $(VENV)/.done ## Run all tests, with outside clients (Java SDK, boto3, AWS CLI), 5 rounds of kill -9 and a short `make chaos`; two modules at a time, since many tests wait
	$(MVN) --threads 2 verify

.PHONY: it
it: tools cluster-tools ## Run the tests of operator and gateway that need an API server: that of KUBECONFIG
	@[ -n "$$KUBECONFIG" ] || { echo "KUBECONFIG is not set."; exit 1; }
	kubectl apply --server-side --force-conflicts --filename crds/yaml
	$(MVN) --projects dataplane/kubernetes,dataplane/server,operator --also-make verify -Dgroups=api-server

.PHONY: crash
crash: tools $(APP) $(VENV)/.done ## Kill the server at random moments, 50 rounds (ROUNDS=50)
	$(MVN) --projects e2e --also-make verify -Dtest='CrashTest' -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.crash.rounds=$(or $(ROUNDS),50)

.PHONY: chaos
chaos: tools $(APP) ## Kill, freeze and cut off the three processes of a group under clients, have their disks fail and check what these saw, 20 rounds (ROUNDS=20, SEED, FAULTS=LEADER_KILLED,…)
	$(MVN) --projects e2e --also-make verify -Dtest='ReplicaGroupTest,ReplacedLeaderTest,DefaultRetriesTest' -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.replicas.rounds=$(or $(ROUNDS),20) \
	  $(if $(SEED),-Dmillrace.replicas.seed=$(SEED)) $(if $(FAULTS),-Dmillrace.replicas.faults=$(FAULTS))

FUZZED := dataplane/core,dataplane/protocol,dataplane/policy,dataplane/kubernetes,dataplane/server,operator

.PHONY: fuzz
fuzz: tools ## Fuzz every decoder with Jazzer, guided by coverage, for a minute each: EACH=60 seconds, TARGET=part of a name
	$(MVN) --quiet --activate-profiles fuzz --projects $(FUZZED) --also-make test-compile org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/fuzz.classpath
	JAVA=$(JDK)/bin/java EACH=$(or $(EACH),60) TARGET=$(TARGET) dataplane/core/src/test/fuzz/run

.PHONY: crds
crds: tools ## Write crds/yaml and docs/crd-reference.md from the Java types
	$(MVN) --quiet --projects crds --also-make test -Dtest='CrdFilesTest,CrdReferenceTest' -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.crds.write=true

.PHONY: golden
golden: tools ## Write the golden files of the operator's tests from what it builds now
	$(MVN) --quiet --projects operator --also-make test -Dtest=GoldenTest -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.golden.write=true

.PHONY: image
image: tools ## Build the images of data plane, operator and test client: IMAGE_BUILD IMAGE_PREFIX IMAGE_TAG BASE_IMAGE
	$(MVN) --quiet --projects dataplane/server,operator,e2e --also-make package -DskipTests
	$(BUILD_IMAGE) --file dataplane/Dockerfile --tag $(IMAGE_PREFIX)-dataplane:$(IMAGE_TAG) dataplane/server
	$(BUILD_IMAGE) --file operator/Dockerfile --tag $(IMAGE_PREFIX)-operator:$(IMAGE_TAG) operator
	$(BUILD_IMAGE) --file e2e/Dockerfile --tag $(IMAGE_PREFIX)-e2e-client:$(IMAGE_TAG) e2e
	@echo "Built $(IMAGES)"

# IMAGE_LOAD, where it is set.
.PHONY: load
load: image
	$(if $(IMAGE_LOAD),$(IMAGE_LOAD) $(IMAGES))

.PHONY: example-images
example-images: tools ## Build the images of the clients in examples/: IMAGE_BUILD BASE_IMAGE PYTHON_IMAGE EXAMPLES="client-java client-python"
ifneq ($(filter client-java,$(EXAMPLES)),)
	$(MVN) --quiet --file examples/client-java/pom.xml package
	$(BUILD_IMAGE) --tag localhost/millrace-client-java:dev examples/client-java
endif
ifneq ($(filter client-python,$(EXAMPLES)),)
	$(IMAGE_BUILD) $(if $(PYTHON_IMAGE),--build-arg PYTHON_IMAGE=$(PYTHON_IMAGE)) --tag localhost/millrace-client-python:dev examples/client-python
endif

.PHONY: load-examples
load-examples: example-images ## Bring these images to the nodes of the cluster: IMAGE_LOAD
	$(if $(IMAGE_LOAD),$(if $(EXAMPLES),$(IMAGE_LOAD) $(EXAMPLE_IMAGES)))

.PHONY: cluster-tools
cluster-tools:
	@for tool in kubectl helm; do command -v $$tool >/dev/null || { echo "$$tool was not found on the PATH."; exit 1; }; done

.PHONY: cluster
cluster: cluster-tools load ## Install the chart and a first stream on the cluster of KUBECONFIG: IMAGE_LOAD NAMESPACE=millrace
	kubectl apply --server-side --force-conflicts --filename crds/yaml
	helm upgrade --install millrace charts/millrace --namespace $(NAMESPACE) --create-namespace --wait --timeout 5m \
	  --set images.dataplane=$(IMAGE_PREFIX)-dataplane,images.operator=$(IMAGE_PREFIX)-operator,images.tag=$(IMAGE_TAG)
	kubectl --namespace $(NAMESPACE) apply --filename examples/first-stream
	kubectl --namespace $(NAMESPACE) wait --for=condition=Ready kinesisstream/orders --timeout=3m

.PHONY: e2e
e2e: cluster-tools load load-examples $(VENV)/.done ## Run the tests on a cluster: that of KUBECONFIG with IMAGE_LOAD, or without it k3s in Docker; TEST=name for one class; KCL_SHARDS, RESHARDS: other numbers of shards in turn
	$(MVN) --projects e2e --also-make verify -Dgroups=cluster -DexcludedGroups=$(if $(TEST),,long) $(if $(TEST),-Dtest=$(TEST) -Dsurefire.failIfNoSpecifiedTests=false) \
	  $(if $(KCL_SHARDS),-Dmillrace.kcl.shards=$(KCL_SHARDS)) $(if $(RESHARDS),-Dmillrace.reshards=$(RESHARDS)) -Dmillrace.nodes="$(NODES)" -Dmillrace.image.prefix=$(IMAGE_PREFIX) -Dmillrace.image.tag=$(IMAGE_TAG) -Dmillrace.examples="$(EXAMPLE_IMAGES)"

.PHONY: e2e-chaos
e2e-chaos: cluster-tools load ## Kill parts of Millrace during reshards on a cluster and check what clients saw, 5 rounds (ROUNDS=5, REPLICAS=3, NODES)
	$(MVN) --projects e2e --also-make verify -Dgroups=chaos -DexcludedGroups= -Dmillrace.chaos.rounds=$(or $(ROUNDS),5) $(if $(REPLICAS),-Dmillrace.replicas=$(REPLICAS)) $(if $(SEED),-Dmillrace.chaos.seed=$(SEED)) -Dmillrace.nodes="$(NODES)" \
	  -Dmillrace.image.prefix=$(IMAGE_PREFIX) -Dmillrace.image.tag=$(IMAGE_TAG)

.PHONY: bench
bench: tools $(APP) ## Measure: codecs by JMH, the server by a load driver, as ratios to a bare echo and a bare fsync
	$(MVN) --quiet --projects dataplane/bench --also-make package -DskipTests
	JAVA=$(JDK)/bin/java ENDPOINTS="$(ENDPOINTS)" dataplane/bench/run $(BENCH)

.PHONY: bench-operator
bench-operator: tools cluster-tools ## Measure what large and many streams cost the operator, on a cluster whose nodes are simulated (kwok) and have a storage class of that name: STREAMS=200
	@[ -n "$$KUBECONFIG" ] || { echo "KUBECONFIG is not set."; exit 1; }
	kubectl apply --server-side --force-conflicts --filename crds/yaml
	$(MVN) --projects operator --also-make verify -Dgroups=cost -DexcludedGroups= -Dtest=OperatorCostTest$(if $(METHOD),#$(METHOD)) -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.patience.seconds=1800 -Dmillrace.cost.streams=$(or $(STREAMS),200)

.PHONY: conformance
conformance: tools $(APP) $(VENV)-conformance/.done ## Run moto's Kinesis tests against a process for each region they name
	@command -v patch >/dev/null || { echo "patch was not found: lines of moto's tests are corrected by it."; exit 1; }
	JAVA=$(JDK)/bin/java APP=$(CURDIR)/$(APP) JVM_OPTIONS=$(CURDIR)/$(JVM_OPTIONS) PYTHON=$(CURDIR)/$(VENV)-conformance/bin/python e2e/conformance/run

$(VENV)-conformance/.done: e2e/conformance/requirements.txt
	@command -v python3 >/dev/null || { echo "Python 3 was not found: moto's tests need it."; exit 1; }
	python3 -m venv $(VENV)-conformance
	$(VENV)-conformance/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

$(VENV)/.done: e2e/requirements.txt
	@command -v python3 >/dev/null || { echo "Python 3 was not found: the tests with boto3 and the AWS CLI need it."; exit 1; }
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

# The environment of .ci/release/build.
RELEASE = MVN="$(MVN)" IMAGE_SAVE="$(IMAGE_SAVE)" IMAGE_PREFIX="$(IMAGE_PREFIX)" BASE_IMAGE="$(BASE_IMAGE)"

.PHONY: release
release: tools helm ## Build a release from the last commit into target/release, and gather the changelog: VERSION=0.1.0
	@if [ -z "$(VERSION)" ]; then echo "Set the version: make release VERSION=0.1.0"; exit 1; fi
	@if ! git diff --quiet HEAD; then echo "There are changes that are not committed, and a release is built from a commit."; exit 1; fi
	$(RELEASE) IMAGE_BUILD="$(IMAGE_BUILD)" .ci/release/build $(VERSION) target/release
	.ci/release/check target/release
	.ci/release/changelog $(VERSION) "$$(git log -1 --format=%cs)"
	@echo "Commit CHANGELOG.md, which now has a section for $(VERSION), and tag that commit v$(VERSION)."

# CI runs this: it changes no file of the repository.
.PHONY: release-check
release-check: tools helm ## Build a release from the last commit without images, into target/release-check, and start it
	$(RELEASE) IMAGE_BUILD= .ci/release/build 0.0.0-check target/release-check
	.ci/release/check target/release-check

.PHONY: helm
helm:
	@command -v helm >/dev/null || { echo "Helm was not found on the PATH: it packages the chart."; exit 1; }

.PHONY: fmt
fmt: tools ## Lay out all sources and POMs
	$(MVN) --quiet spotless:apply

# The oldest version that the chart supports.
KUBE_VERSION := 1.30.0

# Without helm it says so and checks nothing: a JDK and Maven are enough to build.
.PHONY: helm-lint
helm-lint: ## Check the Helm chart, with its default values and with others
	@if ! command -v helm >/dev/null; then echo "NOT CHECKED: the chart. helm was not found on the PATH."; exit; fi; \
	  for values in charts/millrace/values.yaml charts/millrace/ci/*-values.yaml; do \
	    helm lint --strict --quiet charts/millrace --kube-version $(KUBE_VERSION) --namespace millrace --values "$$values" 2> >(grep -v 'symbolic link' >&2) && \
	    helm template millrace charts/millrace --kube-version $(KUBE_VERSION) --namespace millrace --values "$$values" 2> >(grep -v 'symbolic link' >&2) >/dev/null || { echo "The chart with $$values is wrong."; exit 1; }; \
	  done

.PHONY: lint
lint: tools helm-lint ## Check layout and chart; compile with Error Prone, NullAway and all javac warnings as errors
	$(MVN) --quiet verify -DskipTests

.PHONY: clean
clean: tools ## Remove what was built; data stays
	$(MVN) --quiet clean
	rm -rf examples/client-java/target
	rm -rf $(VENV) $(VENV)-conformance
