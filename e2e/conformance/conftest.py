"""Begins each of moto's tests with a server that has forgotten everything, and skips those that cannot pass, each with
its reason."""

import os
import pathlib
import urllib.request

import pytest

SKIPS = pathlib.Path(os.environ["CONFORMANCE_SKIPS"])


def reasons():
    for line in SKIPS.read_text().splitlines():
        if line and not line.startswith("#"):
            test, reason = line.split(" | ", 1)
            yield test.strip(), reason.strip()


def pytest_collection_modifyitems(items):
    skips = dict(reasons())
    for item in items:
        reason = skips.pop(item.nodeid.rsplit("/", 1)[-1], None)
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))
    if skips:
        raise pytest.UsageError(f"{SKIPS} names tests that moto does not have: {sorted(skips)}")


@pytest.fixture(autouse=True)
def forget_everything():
    reset = urllib.request.Request(os.environ["TEST_SERVER_MODE_ENDPOINT"] + "/_millrace/reset", method="POST")
    urllib.request.urlopen(reset, timeout=30).close()
