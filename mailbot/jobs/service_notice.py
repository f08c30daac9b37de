"""Tells systemd how the service stands (sd_notify(3)); silent where nobody asked."""

from __future__ import annotations

import os
import socket


def notify(state: str) -> None:
    """Send e.g. "READY=1", "WATCHDOG=1", "STOPPING=1" to $NOTIFY_SOCKET. A notice that cannot be delivered harms nothing."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # an abstract socket
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.connect(address)
            channel.send(state.encode())
    except OSError:
        return
