"""Serve the built site on this machine and build again when a file of the study changes."""

import threading
import webbrowser
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from watchfiles import watch

from dateline.build.stages import SITE, build
from dateline.cli.terminal import plain
from dateline.errors import DatelineError

MADE = {"_site", "_site-full", "derived", "made", "evidence", "__pycache__", "_variables.yml"}
"""Names of files and folders that a build makes; hidden ones are not watched either."""


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Print nothing for a request."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


def is_written_by_people(root: Path, path: Path) -> bool:
    """Return whether a changed file is one that people write, and not one that a build makes."""
    parts = path.relative_to(root).parts if path.is_relative_to(root) else ()
    made = any(part in MADE or part.startswith(".") for part in parts) or parts[:2] == ("report", "articles")
    return bool(parts) and not made and not path.name.endswith((".part", "~"))


def serve(
    root: Path, *, port: int, renderer: str, open_site: bool, say: Callable[[str], None], track: Callable
) -> None:
    """Build, serve on 127.0.0.1, and build again on every change until interrupted.

    Raises:
        DatelineError: The port is taken.
    """

    def attempt() -> None:
        try:
            stages = build(root, renderer=renderer, say=lambda text: None, track=track).stages
            made = [name for name, what in stages.items() if what.startswith("made")]
            say(f"Built: {', '.join(made) or 'nothing had changed'}.")
        except DatelineError as error:
            say(plain(str(error)))

    root = root.resolve()
    attempt()
    (root / SITE).mkdir(exist_ok=True)
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(root / SITE)))
    except OSError as error:
        msg = f"Port {port} is not free ({error.strerror}). Give another with --port, or 0 for any free one."
        raise DatelineError(msg) from error
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    say(f"The report is at {address}; Ctrl+C ends it.")
    if open_site:
        webbrowser.open(address)
    try:
        for _ in watch(root, watch_filter=lambda change, path: is_written_by_people(root, Path(path)), debounce=400):
            attempt()
    finally:
        server.shutdown()
