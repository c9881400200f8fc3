"""Python imports this by itself: nothing leaves the machine, and attempts are noted."""

import os
import socket

OUTSIDE = (socket.AF_INET, socket.AF_INET6)
CONNECT = socket.socket.connect


def refuse(self, address):
    """Connect to this machine only."""
    if self.family in OUTSIDE and address[0] not in ("127.0.0.1", "::1", "localhost"):
        with open(os.environ["OFFLINE_LOG"], "a", encoding="utf-8") as log:  # noqa: PTH123
            log.write(f"{address}\n")
        raise OSError(f"no network in this test: {address}")
    return CONNECT(self, address)


socket.socket.connect = refuse
