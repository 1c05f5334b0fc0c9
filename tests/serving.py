"""A real server in a thread of the tests, on a port of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI


@contextmanager
def serving(make_app: Callable[[], FastAPI]) -> Iterator[str]:
    """Serve an application and give its address, without a slash at its end."""
    listening = socket.create_server(("127.0.0.1", 0))
    servers: list[uvicorn.Server] = []

    async def run() -> None:
        # Made inside a running event loop, since Gradio otherwise opens loops of its own and closes none.
        servers.append(uvicorn.Server(uvicorn.Config(make_app(), log_level="critical", timeout_graceful_shutdown=1)))
        await servers[0].serve(sockets=[listening])

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    while not (servers and servers[0].started):
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        servers[0].should_exit = True
        thread.join(10)
        listening.close()
