"""How the service bears many clients at once: answers, busy answers, errors, mix-ups, memory, questions a second.

    python benchmarks/load.py [--clients 50] [--seconds 60]

The folder holds a register of made-up lighthouses for each client, and the server is another process, with its own
models. Each client asks its own questions, one after the other; an answer has to be the very one that the same question
got when it was asked alone. The rates are ratios against the embedding model's own rate of embedding single questions,
as many at once as the service answers, which is measured before and after each of them.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import psutil

from index.embedding import SentenceTransformerEmbedder
from qa.service.desk import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

QUESTIONS = 3  # of each client
SETTLED = 10  # seconds under load after which everything is loaded that is loaded once
RATE_SECONDS = 15  # for each rate
EMBEDDING_SECONDS = 5  # before and after each of them
RATE_CLIENTS = 2 * AT_ONCE  # enough that a question always waits
STOPPING = signal.SIGTERM

SYLLABLES = ("bar", "den", "fol", "gri", "hul", "kes", "lom", "mur", "nev", "pol", "ras", "ster", "tor", "vin", "wex")
GIVEN = ("Ada", "Bo", "Cleo", "Dora", "Emil", "Finn", "Greta", "Hugo", "Ida", "Jon", "Kaja", "Lars", "Mina", "Nils")
FAMILY = ("Aker", "Berg", "Corn", "Dahl", "Eng", "Foss", "Gran", "Hagen", "Iversen", "Juhl", "Krog", "Lund", "Moe")

SERVER = """
import pathlib, sys
import qa, ui
with qa.open(pathlib.Path(sys.argv[1]), fast=sys.argv[2] == "fast") as folder:
    ui.serve(folder, port=0, open_browser=False, suggestions=(), on_ready=lambda url: print(url, flush=True))
"""


def main() -> None:
    """Print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    arguments = parser.parse_args()
    embedder = SentenceTransformerEmbedder()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "documents")
        questions = write_registers(folder, arguments.clients)
        every = [question for each in questions for question in each]
        with served(folder, "reading") as server:
            alone = {question: server.ask(question) for question in every}
            figures = {f"rate of ask / embedding, {len(every)} paragraphs": server.rate("ask", every, embedder)}
            figures |= {"rate of retrieve / embedding": server.rate("retrieve", every, embedder)}
            figures |= asyncio.run(load(server, questions, alone, arguments.seconds))
            figures |= server.stop_under_load(every[0])
        with served(folder, "fast") as server:
            figures |= {"rate of ask / embedding, fast": server.rate("ask", every, embedder)}
            figures |= {"rate of retrieve / embedding, fast": server.rate("retrieve", every, embedder)}
    for name, value in figures.items():
        print(f"{name:<58} {value:10,.2f}")
    print(json.dumps(figures))


def write_registers(folder: Path, clients: int) -> list[list[str]]:
    """Write a register of lighthouses for each client, and give the questions of each."""
    chance = random.Random(0)  # the same in every run
    names = ["".join(parts).title() for parts in ((a, b, c) for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES)]
    chosen = iter(chance.sample(names, clients * QUESTIONS))
    folder.mkdir()
    asked = []
    for client in range(clients):
        places = [next(chosen) for _ in range(QUESTIONS)]
        paragraphs = [
            f"The keeper of the {place} lighthouse is {chance.choice(GIVEN)} {chance.choice(FAMILY)}, who came in "
            f"{chance.randint(1950, 2020)}. Its light is seen from {chance.randint(8, 30)} miles away."
            for place in places
        ]
        (folder / f"register-{client:03d}.txt").write_text("\n\n".join(paragraphs), encoding="utf-8")
        asked.append([f"Who is the keeper of the {place} lighthouse?" for place in places])
    return asked


class Server:
    """The service in a process of its own."""

    def __init__(self, address: str, process: subprocess.Popen[str]) -> None:
        self.address = address
        self.process = process

    def client(self) -> httpx.AsyncClient:
        """Give a client with a connection of its own."""
        return httpx.AsyncClient(base_url=self.address, trust_env=False, timeout=120)

    def ask(self, question: str) -> dict[str, Any]:
        """Ask alone."""
        response = httpx.post(f"{self.address}api/ask", json={"question": question}, trust_env=False, timeout=120)
        answer: dict[str, Any] = response.raise_for_status().json()
        return answer

    def megabytes(self) -> float:
        """Give the memory that the process and those that it started hold."""
        main = psutil.Process(self.process.pid)
        return sum(each.memory_info().rss for each in (main, *main.children(recursive=True))) / 1e6

    def rate(self, route: str, questions: Sequence[str], embedder: SentenceTransformerEmbedder) -> float:
        """Give how many questions it answers in the time in which one is embedded."""

        async def ask(number: int, deadline: float) -> int:
            answered = 0
            async with self.client() as client:
                while time.perf_counter() < deadline:
                    question = questions[(number + answered * RATE_CLIENTS) % len(questions)]
                    (await client.post(f"/api/{route}", json={"question": question})).raise_for_status()
                    answered += 1
            return answered

        async def ask_all() -> float:
            started = time.perf_counter()
            answered = await asyncio.gather(*(ask(n, started + RATE_SECONDS) for n in range(RATE_CLIENTS)))
            return sum(answered) / (time.perf_counter() - started)

        self.ask(questions[0])  # loads what is loaded once
        before = embedding_rate(embedder, questions)
        answered = asyncio.run(ask_all())
        return 2 * answered / (before + embedding_rate(embedder, questions))

    def stop_under_load(self, question: str) -> dict[str, float]:
        """Tell it to stop while it answers, and give how long that takes and whether it ends as it should."""
        asking = [threading.Thread(target=self._ask_in_vain, args=(question,)) for _ in range(2 * AT_ONCE)]
        for thread in asking:
            thread.start()
        time.sleep(0.3)
        started = time.perf_counter()
        self.process.send_signal(STOPPING)
        status = self.process.wait(60)
        seconds = time.perf_counter() - started
        for thread in asking:
            thread.join()
        return {"seconds to stop while it answers": seconds, "exit status": status}

    def _ask_in_vain(self, question: str) -> None:
        with contextlib.suppress(httpx.HTTPError):
            self.ask(question)


@contextlib.contextmanager
def served(folder: Path, how: str) -> Iterator[Server]:
    """Serve a folder in another process; `how` is "fast" or "reading"."""
    command = [sys.executable, "-c", SERVER, str(folder), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Server(process.stdout.readline().strip(), process)
        finally:
            process.send_signal(STOPPING)


def embedding_rate(embedder: SentenceTransformerEmbedder, questions: Sequence[str]) -> float:
    """Give how many single questions a second the model embeds, as many at once as the service answers."""
    embedder.embed_questions([questions[0]])
    started = time.perf_counter()
    embedded: list[int] = []

    def embed() -> None:
        count = 0
        while time.perf_counter() - started < EMBEDDING_SECONDS:
            embedder.embed_questions([questions[count % len(questions)]])
            count += 1
        embedded.append(count)

    threads = [threading.Thread(target=embed) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(embedded) / (time.perf_counter() - started)


async def load(
    server: Server, questions: Sequence[Sequence[str]], alone: dict[str, dict[str, Any]], seconds: float
) -> dict[str, float]:
    """Let all clients ask for a while; count what comes of it, and look at the memory."""
    counts: Counter[str] = Counter()
    waited: list[float] = []
    started = time.perf_counter()

    async def ask(own: Sequence[str]) -> None:
        number = 0
        async with server.client() as client:
            while time.perf_counter() < started + seconds:
                question = own[number % len(own)]
                number += 1
                began = time.perf_counter()
                try:
                    response = await client.post("/api/ask", json={"question": question})
                except httpx.HTTPError:
                    counts["errors"] += 1
                    continue
                waited.append(time.perf_counter() - began)
                if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
                    counts["busy answers"] += 1
                    await asyncio.sleep(float(response.headers["retry-after"]))
                elif response.status_code != HTTPStatus.OK:
                    counts["errors"] += 1
                else:
                    counts["answers"] += 1
                    counts["answers that are not those of the question alone"] += response.json() != alone[question]

    async def look() -> tuple[float, float]:
        await asyncio.sleep(min(SETTLED, seconds / 2))
        settled = server.megabytes()
        await asyncio.sleep(started + seconds - time.perf_counter())
        return settled, server.megabytes()

    (settled, last), *_ = await asyncio.gather(look(), *(ask(own) for own in questions))
    right = sum(question.split("the ")[-1].split()[0] in first_quote(alone[question]) for question in alone)
    return {
        "clients": len(questions),
        "seconds": seconds,
        **{
            name: counts[name]
            for name in ("answers", "busy answers", "errors", "answers that are not those of the question alone")
        },
        "share of questions whose lighthouse is in the quotation": right / len(alone),
        "seconds that a client waited, longest": max(waited),
        f"MB after {min(SETTLED, seconds / 2):g} seconds": settled,
        "MB at the end": last,
    }


def first_quote(answer: dict[str, Any]) -> str:
    """Give the first quotation of an answer; "" where there is none."""
    return str(answer["citations"][0]["quote"]) if answer["citations"] else ""


if __name__ == "__main__":
    main()
