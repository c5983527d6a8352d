"""Find Chromium for the browser tests, or install it: `python tests/browser.py`."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find() -> str | None:
    """Path of a Chromium: `$CHROMIUM`, one on the PATH, or the one that Playwright has downloaded."""
    if given := os.environ.get("CHROMIUM"):
        return given
    if found := next(filter(None, map(shutil.which, NAMES)), None):
        return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if own and os.path.exists(own) else None


def install() -> None:
    """Install Chromium with apt where that is allowed, otherwise let Playwright download its own."""
    if shutil.which("apt-get"):
        elevate = [] if os.geteuid() == 0 else ["sudo", "-n"]
        if not elevate or (
            shutil.which("sudo")
            and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
        ):
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            for command in (
                ["apt-get", "-qq", "update"],
                ["apt-get", "-qq", "-y", "--no-install-recommends", "install", "chromium", "fonts-liberation"],
            ):
                if subprocess.run(
                    [*elevate, *command], env=environment, stdout=subprocess.DEVNULL, check=False
                ).returncode:
                    break
            else:
                return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


if __name__ == "__main__":
    if find() is None:
        print("Chromium is missing: installing it.")
        install()
    found = find()
    print(f"Chromium: {found}" if found else "Chromium could not be installed. Install it, or name one in $CHROMIUM.")
    sys.exit(0 if found else 1)
