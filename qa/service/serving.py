"""Serving an application until it is told to stop: its port, the names it answers to, the browser that opens it."""

from __future__ import annotations

import contextlib
import errno
import http.client
import os
import signal
import socket
import sys
import threading
import time
import webbrowser
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn

from index import AskfolderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI

DEFAULT_PORT = 7860
LAST_PORT = 65535
PORTS_TRIED = 10
SECONDS_TO_CLOSE = 1
SECONDS_TO_ANSWER = 30  # what the server may take to answer for the first time


def serve_app(
    make_app: Callable[[], FastAPI],
    host: str,
    port: int,
    *,
    open_browser: bool,
    on_ready: Callable[[str], None] | None,
) -> None:
    """Serve an application until Ctrl-C or SIGTERM, which end it at once though pages are open.

    Args:
        make_app: Makes it, once the port is had.
        host: The address to listen on; "0.0.0.0" or "::" listens on all of the machine's addresses.
        port: The port, 0 for any. Where the default one is in use, the next free one of ten is taken.
        open_browser: Whether to open its page in the user's browser, where there is one.
        on_ready: Called once, from another thread, with its address as soon as it answers there.

    Raises:
        AskfolderError: The port is in use or may not be used, or the host is no address of this machine.
        ValueError: `port` is not in [0, 65535].
    """
    if not 0 <= port <= LAST_PORT:
        raise ValueError(f"{port} is no port; choose one from 0 to {LAST_PORT}.")
    listening = _listen(host, port)
    url = _url(host, listening.getsockname()[1])
    with contextlib.closing(listening):
        config = uvicorn.Config(make_app(), log_level="warning", timeout_graceful_shutdown=SECONDS_TO_CLOSE)
        server = _Server(config)
        threading.Thread(target=_announce, args=(server, url, open_browser, on_ready), daemon=True).start()
        with _quiet_signals(), contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listening])


class _Server(uvicorn.Server):
    """Closes at once though pages are open: their streams never end, so uvicorn would wait, then cancel them loudly."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.close()
        await super().shutdown(sockets)


_ALL_ADDRESSES = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - looked up, never listened on by itself


def is_local(host: str) -> bool:
    """Say whether an address is reached from this machine only."""
    return host in ("127.0.0.1", "localhost", "::1")


def _listen(host: str, port: int) -> socket.socket:
    """Listen on the port, or on the next free one where it is the default."""
    ports = range(port, port + PORTS_TRIED) if port == DEFAULT_PORT else range(port, port + 1)
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise AskfolderError(_unknown(host, error)) from error
    for number in ports:
        listening = socket.socket(family, kind)
        try:
            if sys.platform != "win32":  # on Windows the option would let two programs share a port
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((address[0], number, *address[2:]))
            listening.listen()
        except OSError as error:
            listening.close()
            if error.errno == errno.EADDRNOTAVAIL:
                raise AskfolderError(_unknown(host, error)) from error
            if error.errno != errno.EADDRINUSE:
                raise AskfolderError(
                    f"askfolder may not use port {number} of {host}: {error.strerror}. Choose another with --port."
                ) from error
        else:
            return listening
    if len(ports) == 1:
        raise AskfolderError(f"Port {port} is in use by another program; choose another with --port.")
    raise AskfolderError(f"Ports {ports[0]} to {ports[-1]} are all in use; choose another with --port.")


def _unknown(host: str, error: OSError) -> str:
    return f"{host!r} is no address of this machine: {error.strerror}. Choose another with --host."


def names(host: str) -> tuple[str, ...]:
    """Give the names under which browsers may address a server that listens at `host`."""
    names = {"127.0.0.1", "localhost", "[::1]", f"[{host}]" if ":" in host else host}
    if host in _ALL_ADDRESSES:
        own = socket.gethostname()
        names |= {own, f"{own}.local"}
        with contextlib.suppress(OSError):
            names |= {str(found[4][0]) for found in socket.getaddrinfo(own, None, socket.AF_INET)}
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outward:
            outward.connect(("192.0.2.1", 9))  # sends nothing; the system only chooses the address that faces outward
            names.add(outward.getsockname()[0])
    return tuple(sorted(names))


def _url(host: str, port: int) -> str:
    """Give the page's address; where the server listens on all addresses, the one on this machine."""
    reached = _ALL_ADDRESSES.get(host, host)
    return f"http://{f'[{reached}]' if ':' in reached else reached}:{port}/"


def _announce(server: uvicorn.Server, url: str, open_browser: bool, on_ready: Callable[[str], None] | None) -> None:
    """Wait until the server gives its page; then say so and open a browser, where there is one."""
    parts = urlsplit(url)
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while not _answers(parts.hostname or "", parts.port or 0):
        if server.should_exit or time.monotonic() > deadline:
            return
        time.sleep(0.05)
    if on_ready is not None:
        on_ready(url)
    # Without a screen, `webbrowser` would start a text browser in the user's terminal.
    screen = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if open_browser and screen:
        with contextlib.suppress(webbrowser.Error, OSError):
            webbrowser.open(url)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS_TO_ANSWER)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextlib.contextmanager
def _quiet_signals() -> Iterator[None]:
    """Let SIGTERM end `serve` and no more: uvicorn raises it again once it has closed, which would kill the process."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
