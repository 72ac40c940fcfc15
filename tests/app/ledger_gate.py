"""A way to the ledger that can be shut: every room meets it as a ledger that is away."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class LedgerGate:
    """Passes octets on to the service; shut, it ends every connection and takes none."""

    def __init__(self, port: int, target: int) -> None:
        self.base = f"http://localhost:{port}"
        self._target = target
        self._shut = threading.Event()
        self._open: set[socket.socket] = set()
        self._listening = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._serve, daemon=True).start()

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Nobody reaches the ledger until the block ends."""
        self._shut.set()
        for each in list(self._open):
            _end(each)
        yield
        self._shut.clear()

    def close(self) -> None:
        """Stop listening, and end what is open."""
        _end(self._listening)
        for each in list(self._open):
            _end(each)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listening.accept()
                if self._shut.is_set():
                    _end(here)
                    continue
                there = socket.create_connection(("localhost", self._target))
                self._open |= {here, there}
                for one, other in ((here, there), (there, here)):
                    threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while octets := one.recv(65_536):
                other.sendall(octets)
        for each in (one, other):
            self._open.discard(each)
            _end(each)


def _end(each: socket.socket) -> None:
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
