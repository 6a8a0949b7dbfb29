"""Gives each of moto's tests a server of the region that it names, which has forgotten everything; and tells how many
tests pass as they stand and how many with a corrected line."""

import ast
import base64
import inspect
import os
import pathlib
import re
import subprocess
import time
import urllib.parse
import urllib.request

import pytest

HERE = pathlib.Path(os.environ["CONFORMANCE"])
WORK = pathlib.Path(os.environ["CONFORMANCE_WORK"])
ENDPOINT = os.environ["TEST_SERVER_MODE_ENDPOINT"]


def region(item):
    """The region that a test's source names. The one test that names none asks an application of moto."""
    return (re.findall(r'region_name="([^"]+)"', inspect.getsource(item.function)) or ["us-east-1"])[0]


def name(nodeid):
    return nodeid.rsplit("/", 1)[-1]


def corrected():
    """The tests of corrections.txt."""
    lines = (HERE / "corrections.txt").read_text().splitlines()
    return {line.split(" | ", 1)[0] for line in lines if line and not line.startswith("#")}


def functions(folder):
    """The functions of a folder's tests, without layout and comments."""
    return {
        f"{file.name}::{function.name}": ast.dump(function)
        for file in folder.glob("test_*.py")
        for function in ast.parse(file.read_text()).body
        if isinstance(function, ast.FunctionDef)
    }


def pytest_collection_modifyitems(items):
    unknown = corrected() - {name(item.nodeid) for item in items}
    if unknown:
        raise pytest.UsageError(f"corrections.txt names tests that there are not: {sorted(unknown)}")
    before = functions(WORK / "original")
    changed = {test for test, body in functions(pathlib.Path(__file__).parent).items() if before.get(test) != body}
    listed = {test.split("[")[0] for test in corrected()}
    if changed != listed:
        raise pytest.UsageError(f"corrections.txt and corrections.patch differ about {sorted(changed ^ listed)}")
    items.sort(key=region)  # so that each region is served once


def pytest_terminal_summary(terminalreporter):
    passed = {name(report.nodeid) for report in terminalreporter.stats.get("passed", [])}
    with_correction = len(passed & corrected())
    as_they_stand = len(passed) - with_correction
    terminalreporter.write_line(f"{len(passed)} pass: {as_they_stand} as they stand, {with_correction} with a corrected line")


class Server:
    """One process of ours at a time, always on the port that moto was told."""

    def __init__(self):
        self.region = None
        self.process = None

    def serve(self, region):
        if region != self.region:
            self.stop()
            self.start(region)

    def start(self, region):
        settings = {
            "MILLRACE_PORT": str(urllib.parse.urlsplit(ENDPOINT).port),
            "MILLRACE_HEALTH_PORT": "0",
            "MILLRACE_DATA": str(WORK / region),
            "MILLRACE_INSTANT": "true",
            "MILLRACE_REGION": region,
            # Moto's account, and its limit of shards.
            "MILLRACE_ACCOUNT": "123456789012",
            "MILLRACE_SHARD_LIMIT": "6000",
            "MILLRACE_MASTER_KEYS": str(WORK / "master-keys"),
        }
        (WORK / "master-keys").mkdir(exist_ok=True)
        # Moto's tests use a key "n/a", of which they want no more than that it is shown.
        (WORK / "master-keys" / "n.a").write_text(base64.b64encode(bytes(32)).decode())
        command = [os.environ["JAVA"], "@" + os.environ["JVM_OPTIONS"], "-jar", os.environ["APP"]]
        log = WORK / f"{region}.log"
        with log.open("w") as out:
            self.process = subprocess.Popen(command, env=os.environ | settings, stdout=out, stderr=out)
        self.region = region
        end = time.monotonic() + 30
        while "listening on" not in log.read_text():
            if self.process.poll() is not None or time.monotonic() > end:
                pytest.exit(f"no server for {region}:\n{log.read_text()}", returncode=1)
            time.sleep(0.05)

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=30)


@pytest.fixture(scope="session")
def servers():
    server = Server()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def server(request, servers):
    servers.serve(region(request.node))
    reset = urllib.request.Request(ENDPOINT + "/_millrace/reset", method="POST")
    urllib.request.urlopen(reset, timeout=30).close()
