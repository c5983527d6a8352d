"""Serve the built site on this machine and build again when a file of the study changes."""

import threading
import webbrowser
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from watchfiles import watch

from dateline.build.stages import SITE, build
from dateline.errors import DatelineError

MADE = (
    "_site",
    "_site-full",
    ".dateline",
    ".quarto",
    ".git",
    ".venv",
    "derived",
    "made",
    "evidence",
    "__pycache__",
    ".ipynb_checkpoints",
)


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of every request."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


def wanted(root: Path, path: str) -> bool:
    """Whether a changed file is one that people write, and not one that a build makes."""
    parts = (
        Path(path).resolve().relative_to(root.resolve()).parts
        if Path(path).resolve().is_relative_to(root.resolve())
        else ()
    )
    made = (
        any(part in MADE or part.startswith(".") for part in parts)
        or parts[:2] == ("report", "articles")
        or parts[-1:] == ("_variables.yml",)
    )
    return bool(parts) and not made and not path.endswith((".part", "~"))


def serve(
    root: Path, *, port: int, renderer: str, open_site: bool, say: Callable[[str], None], track: Callable
) -> None:
    """Build, serve on 127.0.0.1, and build again on every change until interrupted.

    Raises:
        DatelineError: The port is taken.
    """
    _attempt(root, renderer, say, track)
    (root / SITE).mkdir(exist_ok=True)
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(root / SITE)))
    except OSError as error:
        msg = f"port {port} cannot be used ({error.strerror}). Give another with --port, or 0 for a free one."
        raise DatelineError(msg) from error
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    say(f"The report is at {address}; Ctrl+C ends it.")
    if open_site:
        webbrowser.open(address)
    try:
        for _ in watch(
            root, watch_filter=lambda change, path: wanted(root, path), raise_interrupt=True, debounce=400
        ):
            _attempt(root, renderer, say, track)
    finally:
        server.shutdown()


def _attempt(root: Path, renderer: str, say: Callable[[str], None], track: Callable) -> None:
    try:
        report = build(root, renderer=renderer, say=lambda text: None, track=track)
        made = [name for name, what in report.stages.items() if what.startswith("made")]
        say(f"Built: {', '.join(made) or 'nothing had changed'}.")
    except DatelineError as error:
        say(str(error).replace("[", r"\["))
