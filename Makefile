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

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  \1|\2/' | column -t -s '|'

.PHONY: tools
tools:
	@if [ -z "$(JDK)" ]; then echo "No JDK $(JAVA_RELEASE) or later was found in JAVA_HOME or the usual folders."; \
	  echo "Install one, for example Eclipse Temurin $(JAVA_RELEASE), and set JAVA_HOME to it."; exit 1; fi
	@command -v mvn >/dev/null || { echo "Apache Maven (3.8 or later) was not found: install the package 'maven'."; exit 1; }

.PHONY: run
run: $(APP) ## Run Millrace here: one process; PORT=4567 DATA=data and the MILLRACE_ variables of the README
	@MILLRACE_PORT=$(PORT) MILLRACE_DATA=$(DATA) exec $(JDK)/bin/java @$(JVM_OPTIONS) -jar $(APP)

$(APP): $(APP_SOURCES) | tools
	$(MVN) --quiet --projects dataplane/server --also-make package -DskipTests
	@touch $@

.PHONY: build
build: tools ## Compile and check everything, without tests
	$(MVN) verify -DskipTests

.PHONY: test
test: tools $(VENV)/.done ## Run all tests, with outside clients (Java SDK, boto3, AWS CLI) and 5 rounds of kill -9
	$(MVN) verify

.PHONY: crash
crash: tools $(APP) $(VENV)/.done ## Kill the server at random moments, 50 rounds (ROUNDS=50)
	$(MVN) --projects e2e verify -Dtest='CrashTest' -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.crash.rounds=$(or $(ROUNDS),50)

.PHONY: bench
bench: tools $(APP) ## Measure: codecs by JMH, the server by a load driver, as ratios to a bare echo and a bare fsync
	$(MVN) --quiet --projects dataplane/bench --also-make package -DskipTests
	JAVA=$(JDK)/bin/java dataplane/bench/run $(BENCH)

$(VENV)/.done: e2e/requirements.txt
	@command -v python3 >/dev/null || { echo "Python 3 was not found: the tests with boto3 and the AWS CLI need it."; exit 1; }
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.PHONY: fmt
fmt: tools ## Lay out all sources and POMs
	$(MVN) --quiet spotless:apply

.PHONY: lint
lint: tools ## Check layout and compile with Error Prone, NullAway and all javac warnings as errors
	$(MVN) --quiet verify -DskipTests

.PHONY: clean
clean: tools ## Remove what was built; data stays
	$(MVN) --quiet clean
	rm -rf $(VENV)
