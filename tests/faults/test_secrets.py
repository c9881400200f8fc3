"""A run reaches no other machine, and tells nobody what it must not."""

import socket
import subprocess
import sys

import pytest

pytestmark = pytest.mark.faults


def test_a_run_tries_to_reach_no_other_machine(undisturbed):
    assert not undisturbed.calls.exists()


def test_the_guard_of_the_network_works(new):
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=new.environment,
    )

    assert "no network in this test" in done.stderr
    assert "192.0.2.1" in new.calls.read_text()
    assert socket.socket.connect is not None


def test_no_secret_of_the_environment_is_in_any_file(undisturbed):
    secrets = [one.encode() for one in undisturbed.secrets.values()]
    files = [path for path in undisturbed.folder.rglob("*") if path.is_file()]

    found = [
        str(path.relative_to(undisturbed.folder))
        for path in files
        if any(one in path.read_bytes() for one in secrets)
    ]

    assert len(files) > 100
    assert found == []
