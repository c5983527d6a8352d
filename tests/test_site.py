"""The built site in a real browser: scripts off, no request elsewhere, nothing too wide, nothing that axe finds."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import FLAGS, find

pytestmark = pytest.mark.browser

READ = (
    "index.html",
    "404.html",
    "report/words.html",
    "report/actors.html",
    "report/stance.html",
    "report/articles.html",
    "report/methods.html",
    "report/data.html",
    "report/search.html",
    "report/evidence/rates.html",
    "report/evidence/ideas.html",
    "report/evidence/pairs.html",
    "report/evidence/scales.html",
    "report/evidence/ties.html",
    "report/evidence/network.html",
    "report/evidence/trend.html",
    "report/evidence/keyness.html",
    "report/evidence/actor-nato.html",
    "report/evidence/concordance.html",
    "notebooks/10-corpus.html",
    "notebooks/20-terms.html",
    "notebooks/30-actors.html",
    "notebooks/40-stance.html",
    "notebooks/50-robustness.html",
)
CHARTS = {
    "index.html": 4,
    "report/words.html": 4,
    "report/actors.html": 3,
    "report/stance.html": 2,
    "report/articles.html": 1,
}

SCRIPTS = dict.fromkeys(CHARTS, ("marks",)) | {
    "report/search.html": ("search",),
    "report/evidence/concordance.html": ("filter",),
}
"""What a page adds where scripts run; no page needs one."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = find()
    if chromium is None:
        pytest.fail("Chromium is missing. `make browser` installs it; or name one in $CHROMIUM.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def home(built: Path) -> Iterator[str]:
    """Where the built site is served: a page knows nothing of files."""
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(built / "_site")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def open_page(
    browser: Browser, home: str, page: str, *, width: int = 1280, dark: bool = False, script: bool = True
) -> tuple[Page, list[str]]:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light", java_script_enabled=script
    )
    opened = context.new_page()
    trouble: list[str] = []
    opened.on("console", lambda message: trouble.append(f"console {message.type}: {message.text}"))
    opened.on("pageerror", lambda error: trouble.append(f"error: {error}"))
    opened.on(
        "request",
        lambda request: None if request.url.startswith((home, "data:")) else trouble.append(f"asks {request.url}"),
    )
    opened.on("requestfailed", lambda request: trouble.append(f"not found: {request.url}"))
    opened.on(
        "response",
        lambda response: trouble.append(f"{response.status}: {response.url}") if response.status >= 400 else None,
    )
    opened.goto(home + page)
    return opened, trouble


def all_pages(site: Path) -> list[str]:
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))


def test_the_site_has_its_pages(built: Path) -> None:
    pages = all_pages(built / "_site")
    assert set(READ) <= set(pages)
    assert sum(page.startswith("report/articles/") for page in pages) == 5


def test_no_page_complains_or_asks_another_host_or_leads_nowhere(browser: Browser, built: Path, home: str) -> None:
    site = built / "_site"
    ids: dict[str, set[str]] = {}
    links: list[tuple[str, str]] = []
    for page in all_pages(site):
        opened, trouble = open_page(browser, home, page)
        assert trouble == [], page
        ids[page] = set(opened.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)"))
        assert len(ids[page]) == opened.evaluate("document.querySelectorAll('[id]').length"), f"{page} uses an id twice"
        found = opened.evaluate(
            "[...document.querySelectorAll('a[href]')].map(a => new URL(a.getAttribute('href'), document.baseURI).href)"
        )
        links += [(page, link) for link in found]
        scripts = opened.evaluate("[...document.scripts].map(s => new URL(s.src).pathname)")
        assert scripts == [f"/report/theme/{name}.js" for name in SCRIPTS.get(page, ())], page
        opened.context.close()
    for page, link in links:
        address, anchor = urldefrag(link)
        if not address.startswith(home):
            assert address.startswith("https://"), f"{page} links to {link}"
            continue
        path = site / (unquote(address.removeprefix(home)) or "index.html")
        assert path.is_file(), f"{page} links to {link}, which is not there"
        inside = path.relative_to(site).as_posix()
        if anchor and inside in ids:
            assert unquote(anchor) in ids[inside], f"{page} links to {link}: no such place"


@pytest.mark.parametrize("width", [320, 360, 768])
def test_nothing_is_wider_than_the_screen(browser: Browser, built: Path, home: str, width: int) -> None:
    for page in all_pages(built / "_site"):
        opened, _ = open_page(browser, home, page, width=width)
        assert opened.evaluate("document.documentElement.scrollWidth") <= width, page
        opened.context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_every_chart_is_seen_with_scripts_off_and_can_be_read(browser: Browser, home: str, width: int) -> None:
    for page, charts in CHARTS.items():
        blind, trouble = open_page(browser, home, page, width=width, script=False)
        assert trouble == []
        assert blind.locator("svg.chart").count() == 2 * charts
        assert sum(blind.locator("svg.chart").nth(at).is_visible() for at in range(2 * charts)) == charts
        blind.context.close()
        opened, _ = open_page(browser, home, page, width=width)
        smallest = opened.evaluate("""Math.min(...[...document.querySelectorAll('svg.chart text')].filter(t => t.getClientRects().length)
            .map(t => { const m = t.getScreenCTM(); return parseFloat(getComputedStyle(t).fontSize) * Math.hypot(m.a, m.b) }))""")
        assert smallest >= 11, f"{page} at {width}: text of {smallest:.1f} px"
        wide = opened.evaluate("""[...document.querySelectorAll('svg.chart text')].filter(t => t.getClientRects().length)
            .map(t => t.getBoundingClientRect()).filter(b => b.left < 0 || b.right > innerWidth).length""")
        assert wide == 0, f"{page} at {width}: {wide} labels run off the screen"
        opened.context.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(browser: Browser, built: Path, home: str, dark: bool) -> None:
    for page in (*READ, next(page for page in all_pages(built / "_site") if page.startswith("report/articles/"))):
        opened, _ = open_page(browser, home, page, width=390, dark=dark)
        found = Axe().run(opened).response["violations"]
        assert [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found] == [], page
        opened.context.close()


def test_the_sentence_behind_the_lowest_mark_is_three_links_from_the_front_page(browser: Browser, home: str) -> None:
    opened, _ = open_page(browser, home, "index.html")

    def press(name: str) -> None:
        for _ in range(400):
            opened.keyboard.press("Tab")
            if (
                opened.evaluate(
                    "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
                )
                == name
            ):
                before = opened.url
                opened.keyboard.press("Enter")
                opened.wait_for_url(lambda url, before=before: url != before)
                return
        pytest.fail(f"the keyboard never reaches {name!r}")

    press("Stance")
    label = opened.evaluate("""[...document.querySelectorAll('.fig-wide svg.chart a')].map(a => a.getAttribute('aria-label'))
        .find(name => name.includes('feasibility -1'))""")
    press(label)
    assert "/report/articles/" in opened.url
    anchor = unquote(opened.url.partition("#")[2])
    assert opened.locator(f"[id='{anchor}']").is_visible()
    opened.context.close()


def test_the_concordance_can_be_filtered_and_is_whole_without_a_script(browser: Browser, home: str) -> None:
    page = "report/evidence/concordance.html"
    blind, _ = open_page(browser, home, page, script=False)
    lines = blind.locator(".kwic li").count()
    assert lines > 500
    assert not blind.locator("#filter").is_visible()
    blind.context.close()
    opened, trouble = open_page(browser, home, page)
    assert trouble == []
    opened.get_by_label("Show only lines with").fill("invit")
    shown = opened.locator(".kwic li:visible")
    assert 0 < shown.count() < lines
    assert opened.locator("#filter-count").inner_text() == f"{shown.count()} of {lines} lines"
    assert all("invit" in text.lower() for text in opened.locator("section.term:visible").all_inner_texts())
    opened.get_by_label("Show only lines with").fill("")
    assert opened.locator(".kwic li:visible").count() == lines
    opened.context.close()


def test_search_finds_a_page_and_its_place_and_loads_nothing_before(browser: Browser, home: str) -> None:
    opened, trouble = open_page(browser, home, "report/search.html")
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    assert not asked
    opened.get_by_label("Look for").fill("Zhovkva")
    opened.wait_for_selector("#search-found li")
    assert any("/pagefind/" in url for url in asked)
    found = opened.locator("#search-found li > a")
    assert "Ihor Zhovkva" in found.all_inner_texts()
    assert opened.locator("#search-count").inner_text() == f"{found.count()} pages"
    assert opened.url.endswith("?q=Zhovkva")
    opened.get_by_role("link", name="Ihor Zhovkva", exact=True).first.click()
    opened.wait_for_url(lambda url: url.endswith("/actor-ihor-zhovkva.html"))
    assert trouble == []
    opened.context.close()


def test_search_without_a_script_offers_the_lists(browser: Browser, home: str) -> None:
    blind, _ = open_page(browser, home, "report/search.html", script=False)
    assert not blind.locator("#search-text").is_visible()
    assert blind.get_by_role("link", name="The concordance").is_visible()
    blind.context.close()


def test_the_words_of_a_mark_can_be_read_by_keyboard_and_go_with_escape(browser: Browser, home: str) -> None:
    opened, trouble = open_page(browser, home, "report/stance.html", width=360)
    tip = opened.locator(".tip")
    assert not tip.is_visible()
    marks = opened.locator(".fig-narrow svg.chart").first.locator("a")
    marks.first.focus()
    for at in (0, 1):
        assert tip.inner_text() == marks.nth(at).get_attribute("aria-label")
        box = tip.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        opened.keyboard.press("ArrowRight")
    opened.keyboard.press("Escape")
    assert not tip.is_visible()
    assert trouble == []
    opened.context.close()


def test_back_and_forth_between_a_sentence_and_the_figures_that_count_it(
    browser: Browser, built: Path, home: str
) -> None:
    page = next(page for page in all_pages(built / "_site") if page.startswith("report/articles/"))
    opened, _ = open_page(browser, home, page)
    opened.get_by_role("link", name="timeline", exact=True).first.click()
    opened.wait_for_url(lambda url: url.endswith("report/stance.html#fig-timeline"))
    assert opened.locator("#fig-timeline").is_visible()
    opened.context.close()
