"""A hub on this machine: the part of the Hugging Face hub's interface that a download asks for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlparse

from tests.serving import address_of, running

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """The address of a hub whose repositories are the folders `<owner>/<name>` below `root`.

    After `GET /stop` nobody answers there.
    """

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            path = urlparse(self.path).path
            parts = path.strip("/").split("/")
            if path == "/":
                self.answer(b"")
            elif path == "/stop":
                server.socket.close()
                self.answer(b"")
            elif parts[:2] == ["api", "models"] and (root / parts[2] / parts[3]).is_dir():
                self.answer(
                    json.dumps(self.information(root / parts[2] / parts[3], parts)).encode()
                )
            elif (
                parts[2:3] == ["resolve"]
                and (file := root.joinpath(*parts[:2], *parts[4:])).exists()
            ):
                self.answer(file.read_bytes())
            else:
                self.send_response(404)
                self.send_header("X-Error-Code", "RepoNotFound")
                self.send_header("Content-Length", "0")
                self.end_headers()

        def information(self, folder: Path, parts: list[str]) -> object:
            names = sorted(
                p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()
            )
            if "tree" in parts:
                return [{"type": "file", "path": name, "size": 1, "oid": COMMIT} for name in names]
            return {
                "id": f"{parts[2]}/{parts[3]}",
                "sha": COMMIT,
                "siblings": [{"rfilename": name} for name in names],
            }

        def answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", f'"{hashlib.sha1(body).hexdigest()}"')
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

    with running(Handler) as server:
        yield address_of(server)
