"""Mirrors src/boldwise/training/moment.py."""

import subprocess
import sys


def test_what_a_training_tells_is_read_without_torch():
    code = "import sys, boldwise.io.progress; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"
