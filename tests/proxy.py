"""A TCP proxy that spoils the line on command: cuts after so many bytes, goes silent, resets.

    with TcpProxy(server.port) as line:
        line.cut_after(100)      # from the server, counted over the next connections together; then the line is closed
        line.silence()           # connected, and nothing passes in either direction any more (a black hole)
        line.reset()             # all present connections end with RST
        line.heal()              # from now on everything passes
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
from types import TracebackType
from typing import Self


class TcpProxy:
    """Forwards `port` to `target_port` on this machine, two threads a connection. `from_server` counts what the server said."""

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.from_server = 0
        self.connections = 0
        self._left: int | None = None
        self._passing = threading.Event()
        self._passing.set()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self._listener.getsockname()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._passing.set()
        self.hang_up()

    def cut_after(self, count: int) -> None:
        with self._lock:
            self._left = count

    def silence(self) -> None:
        self._passing.clear()

    def heal(self) -> None:
        with self._lock:
            self._left = None
        self._passing.set()

    def hang_up(self) -> None:
        """All present connections end as if the server had closed them."""
        self._end(linger=False)

    def reset(self) -> None:
        self._end(linger=True)

    def _end(self, *, linger: bool) -> None:
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    if linger:
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    else:
                        end.shutdown(socket.SHUT_RDWR)
                    end.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target_port))
            except OSError:
                client.close()
                continue
            with self._lock:
                self._pairs.append((client, server))
                self.connections += 1
            threading.Thread(target=self._pump, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, True), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, from_server: bool) -> None:
        with contextlib.suppress(OSError, ValueError):  # ValueError: closed by _end meanwhile
            while True:
                if not select.select([source], [], [], 0.05)[0]:  # never inside recv for long: else close() would wait for it
                    continue
                data = source.recv(65536)
                self._passing.wait()
                allowed = self._allowed(data) if from_server else data
                sink.sendall(allowed)
                if not data or (from_server and self._left == 0):
                    break
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            if from_server:
                end.close()

    def _allowed(self, data: bytes) -> bytes:
        """What may still pass."""
        with self._lock:
            self.from_server += len(data)
            if self._left is not None:
                data = data[: self._left]
                self._left -= len(data)
            return data
