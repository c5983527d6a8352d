"""Render the pages as `quarto render` does, where Quarto cannot be installed.

Quarto is Pandoc with filters, so the same `_quarto.yml`, pages, template and filters go through
the same Pandoc here. This module adds what Quarto does around it: it finds the pages, expands
shortcodes, turns notebooks into Markdown from their stored outputs, resolves links, runs the hooks.

Nothing outside the project is ever read, and a new site takes the old one's place only when whole.
"""

import hashlib
import html
import json
import os
import posixpath
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pypandoc
import yaml

from dateline.errors import DatelineError
from dateline.files import digest, swap_folder, write_text

Meta = dict[str, Any]

REMEMBERED = Path(".dateline/pages")
"""Where what Pandoc made of each page is kept, so that an unchanged page is not taken through it again."""

_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)

_INCLUDE = re.compile(r"\s*\{\{<\s*include\s+(.+?)\s*>\}\}\s*")

_SHORTCODE = re.compile(r"\{(\{\{<.*?>\}\})\}|\{\{<\s*(\S+)\s*(.*?)\s*>\}\}|\{\{<")

_TAG = re.compile(r"""<[a-zA-Z](?:"[^"]*"|'[^']*'|[^>"'])*>""")

_LINK = re.compile(r"""(\s(?:href|src)=)(["'])(.*?)\2""", re.DOTALL)

_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|[#?]|\Z")

# The Pandoc of the locked package before any other on the machine: the same bytes everywhere.
_PANDOC = shutil.which("pandoc", path=Path(pypandoc.__file__).parent / "files") or "pandoc"

_escape = partial(html.escape, quote=False)

_PICTURES = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}


class RenderError(DatelineError):
    """Signal a page that cannot be rendered: where, what was found, what to do."""

    def __init__(self, place: str, found: str, remedy: str) -> None:
        super().__init__(f"{place}: {found}\n    {remedy}")


@dataclass(frozen=True)
class Site:
    """Describe a project as read: its root, `_quarto.yml`, `_variables.yml`, and its pages in order."""

    root: Path
    config: Meta
    variables: Meta
    pages: tuple[str, ...]

    @cached_property
    def look(self) -> str:
        """Return a hash of what every page goes through: the theme's files and Pandoc."""
        return digest(self.root, [self.root / "report/theme"]) + version("pypandoc_binary")


def load_site(root: Path) -> Site:
    """Read a project's configuration and find its pages."""
    root = root.resolve()
    config = _yaml(_read(root, "_quarto.yml", "the site"), "_quarto.yml")
    given = _read(root, "_variables.yml", "the site") if (root / "_variables.yml").exists() else ""
    patterns = config.get("project", {}).get("render", ["*.qmd"])
    pages = [page for pattern in patterns if pattern[0] != "!" for page in _glob(root, pattern)]
    left_out = {page for pattern in patterns if pattern[0] == "!" for page in _glob(root, pattern[1:])}
    left_out.update(page for page in pages if not re.search(r"(^|/)[^_.][^/]*\.(qmd|ipynb)$", page))
    kept = tuple(page for page in dict.fromkeys(pages) if page not in left_out)
    return Site(root, config, _yaml(given, "_variables.yml"), kept)


def render_site(root: Path, out: Path, *, progress: Callable[[str], None] | None = None) -> list[Path]:
    """Render every page of a project into `out`, with its hooks.

    Args:
        root: The folder of `_quarto.yml`.
        out: Replaced as a whole, and only after every page and every hook has succeeded.
        progress: Called with each page's path when it is done.

    Returns:
        The pages written, in the order of `project.render`.

    Raises:
        RenderError: A page or a hook failed, or `out` is something other than a site; `out` is then as it was.
    """
    root, out = root.resolve(), out.resolve()
    strange = out.exists() and any(out.iterdir()) and not (out / "index.html").exists()
    if strange or root.is_relative_to(out):
        raise RenderError(str(out), "is not a site and would be replaced", "Choose another folder.")
    project = load_site(root).config.get("project", {})
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as folder:
        new = Path(folder, "new")
        new.mkdir()
        told = {"QUARTO_PROJECT_DIR": str(root), "QUARTO_PROJECT_OUTPUT_DIR": str(new)}
        told |= {"QUARTO_PROJECT_RENDER_ALL": "1", "DATELINE_RENDERER": "embedded"}
        _run_hooks(root, project.get("pre-render"), told)
        site = load_site(root)  # once more: the hook may have written pages and variables

        def one(page: str) -> Path:
            path = render_page(site, page, new)
            if progress:
                progress(page)
            return path

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            pages = list(pool.map(one, site.pages))
        for pattern in project.get("resources", []):
            for name in _glob(root, pattern):
                _copy(site, name, new)
        told["QUARTO_PROJECT_OUTPUT_FILES"] = "\n".join(os.path.relpath(page, root) for page in pages)
        _run_hooks(root, project.get("post-render"), told)
        swap_folder(new, out)
    return [out / page.relative_to(new) for page in pages]


def render_page(site: Site, page: str, out: Path) -> Path:
    """Render one page (its path from the root) into `out`, with the files it refers to."""
    target = out / _output(page)
    target.parent.mkdir(parents=True, exist_ok=True)
    text = _read(site.root, page, page)
    notebook = page.endswith(".ipynb")
    text = _notebook(site, page, text, target) if notebook else _expand(site, page, text, _meta(site, text, page))
    meta = _meta(site, text, page)
    if not meta.get("title"):
        first = " in a raw cell at its top" if page.endswith(".ipynb") else ""
        raise RenderError(page, "the page has no title", f"Begin it with ---, title: ..., ---{first}")
    resolve = partial(_resolve, site, page, out)
    body = _TAG.sub(lambda tag: _LINK.sub(resolve, tag[0]), _pandoc(site, page, text, meta))
    target.write_text(body, encoding="utf-8", newline="\n")
    return target


def _expand(site: Site, page: str, text: str, meta: Meta, *, chain: tuple[str, ...] = ()) -> str:
    """Replace the shortcodes `include`, `var` and `meta`. As in Quarto, an include's path is the page's."""
    lines, chain = [], chain or (page,)
    for number, line in enumerate(text.split("\n"), 1):
        place = f"{chain[-1]}:{number}"
        if found := _INCLUDE.fullmatch(line):
            name = _from_root(page, found[1].strip("\"'"))
            if name in chain:
                raise RenderError(place, f"{name} includes itself", "Take one of the includes out.")
            inner = _expand(site, page, _read(site.root, name, place), meta, chain=(*chain, name))
            lines.append(inner.rstrip("\n") + "\n")
        else:
            lines.append(_SHORTCODE.sub(partial(_value, site, meta, place), line))
    return "\n".join(lines)


def _value(site: Site, meta: Meta, place: str, found: re.Match[str]) -> str:
    """Return the text of one `var` or `meta` shortcode; `{{{< x >}}}` is itself, less a brace."""
    escaped, name, argument = found.groups()
    if escaped:
        return escaped
    if name not in ("var", "meta"):
        remedy = "Known: include (on a line of its own), var and meta, each closed on its line."
        raise RenderError(place, f"unknown shortcode {found[0]!r}", remedy)
    value: Any = site.variables if name == "var" else meta
    for key in argument.strip("\"'").split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if value is None or isinstance(value, dict | list):
        if name == "var":
            source, remedy = "_variables.yml", "`dateline build` writes that file: mend the name in the page."
        else:
            source, remedy = "the front matter or _quarto.yml", "Add it there, or mend the name."
        raise RenderError(place, f"no value {argument!r} in {source}", remedy)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _notebook(site: Site, page: str, text: str, target: Path) -> str:
    """Return a notebook as Markdown: its prose, its code folded away, its stored outputs. Nothing runs."""
    try:
        cells = json.loads(text)["cells"]
    except (ValueError, KeyError) as error:
        raise RenderError(page, f"is not a notebook: {error}", "Save it again from Jupyter.") from None
    front = "".join(cells.pop(0)["source"]) if cells and cells[0]["cell_type"] == "raw" else ""
    meta, parts, figure = _meta(site, front, page), [front], 0
    for index, cell in enumerate(cells, 1):
        source, place = "".join(cell["source"]), f"{page} (cell {index})"
        if cell["cell_type"] == "markdown":
            parts.append(_expand(site, page, source, meta, chain=(place,)))
        if cell["cell_type"] != "code":
            continue
        head, code = re.fullmatch(r"((?:#\|[^\n]*\n?)*)(.*)", source, re.DOTALL).groups()
        options = _yaml(re.sub(r"(?m)^#\|", "", head), place)
        label = str(options.get("label", ""))
        figure += label.startswith("fig-")
        anchor = f"cell-{label}" if label.startswith("fig-") else label or cell.get("id", f"cell-{index}")
        parts.append(_raw(f'<div id="{html.escape(anchor)}" class="cell">'))
        if options.get("echo") is not False:
            code = f'<pre class="python cell-code"><code>{_escape(code.strip())}</code></pre>'
            parts.append(_raw(f'<details class="code-fold">\n<summary>Code</summary>\n{code}\n</details>'))
        for number, output in enumerate(cell["outputs"], 1):
            stem = f"{target.stem}_files/figure-html/{label or f'cell-{index}'}-output-{number}"
            body = _cell_output(output, options, figure, target.parent / stem, place)
            parts += [_raw('<div class="cell-output">'), body, _raw("</div>")]
        parts.append(_raw("</div>"))
    return "\n\n".join(parts) + "\n"


def _cell_output(output: Meta, options: Meta, figure: int, path: Path, place: str) -> str:
    """Return one stored output of a code cell as Markdown; a picture becomes a file beside the page."""
    data = {kind: "".join(value) for kind, value in output.get("data", {}).items()}
    kind = next((kind for kind in ("text/markdown", *_PICTURES) if kind in data), "text/plain")
    if output["output_type"] == "error":
        raise RenderError(place, f"holds an error, {output['ename']}", "Run the notebook again.")
    if kind == "text/markdown":
        return data[kind]
    if kind == "text/plain":
        text = "".join(output.get("text", data.get(kind, ""))).rstrip()
        return _raw(f"<pre><code>{_escape(text)}</code></pre>")
    path = path.with_name(f"{path.name}.{_PICTURES[kind]}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data[kind].encode() if kind == "image/svg+xml" else b64decode(data[kind]))
    caption, label = options.get("fig-cap", ""), str(options.get("label", ""))
    alt = html.escape(str(options.get("fig-alt", caption)))
    image = f'<img src="{quote(path.relative_to(path.parents[2]).as_posix())}" alt="{alt}">'
    number = f"Figure\N{NO-BREAK SPACE}{figure}: " if label.startswith("fig-") else ""
    if not caption:
        return _raw(image)
    start = _raw(f'<figure id="{html.escape(label)}">\n{image}\n<figcaption>')
    return f"{start}\n\n{number}{caption}\n\n{_raw('</figcaption></figure>')}"


def _raw(markup: str) -> str:
    """Return a raw HTML block, fenced by more backticks than it holds in a row."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", markup)), default=0))
    return f"{fence}{{=html}}\n{markup}\n{fence}"


def _pandoc(site: Site, page: str, text: str, meta: Meta) -> str:
    """Take a page through Pandoc with the template and the filters of `_quarto.yml`, or from where it is remembered."""
    template = site.config.get("format", {}).get("html", {}).get("template")
    filters = [item if isinstance(item, str) else item["path"] for item in site.config.get("filters", [])]
    options = ["--from=markdown", "--to=html5", "--standalone", "--wrap=none", "--mathml"]
    options += ["--syntax-highlighting=none", *(f"--lua-filter={name}" for name in filters)]
    options += [f"--template={template}"] * bool(template) + ["--toc"] * bool(meta.get("toc"))
    known = json.dumps(_meta(site, "", page) | {"page-path": page}, default=str, ensure_ascii=False)
    text = f"---\n{known}\n---\n\n{text}"  # of two blocks that set the same key, Pandoc takes the later
    known = site.root / REMEMBERED / f"{page.replace('/', '-')}.html"
    key = f"<!-- {hashlib.sha256(chr(0).join([site.look, *options, text]).encode()).hexdigest()} -->\n"
    with suppress(OSError):
        if (body := known.read_text(encoding="utf-8")).startswith(key):
            return body.removeprefix(key)
    done = subprocess.run([_PANDOC, *options], input=text.encode(), cwd=site.root, capture_output=True, check=False)
    if done.returncode:
        raise RenderError(page, f"Pandoc says: {done.stderr.decode()}", "Mend the page.")
    write_text(known, key + done.stdout.decode())
    return done.stdout.decode()


def _resolve(site: Site, page: str, out: Path, found: re.Match[str]) -> str:
    """Rewrite a link: one to a source leads to its page, one from `/` starts at the root, and files come along."""
    before, mark, value = found.groups()
    path, tail = re.fullmatch(r"([^?#]*)(.*)", html.unescape(value), re.DOTALL).groups()
    name = _from_root(page, unquote(path))
    if _ELSEWHERE.match(html.unescape(value)) or name.startswith(".."):
        return found[0]
    if name in site.pages:
        name = _output(name)
    elif (site.root / name).is_file():
        _copy(site, name, out)
    base = urlsplit(site.config.get("website", {}).get("site-url", "")).path.rstrip("/")
    link = posixpath.relpath(name, posixpath.dirname(page) or ".")
    if page == "404.qmd":  # it stands in for any address, so its links cannot be relative
        link = posixpath.normpath(f"{base}/{name}")
    link += "/" * (path.endswith("/") and not link.endswith("/"))
    return before + mark + html.escape(quote(link, safe="/~!$&()*+,;=:@") + tail) + mark


def _run_hooks(root: Path, hooks: str | list[str] | None, told: dict[str, str]) -> None:
    """Run each command as Quarto does: from the root, without a shell."""
    for command in [hooks] if isinstance(hooks, str) else hooks or []:
        words = shlex.split(command)
        if words[0].endswith(".py"):
            words.insert(0, "python")
        if words[0] in ("python", "python3"):  # this one, whether or not its environment is active
            words[0] = sys.executable
        try:
            subprocess.run(words, cwd=root, env=os.environ | told, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise RenderError(command, f"the hook failed: {error}", "See its message above.") from None


def _meta(site: Site, text: str, page: str) -> Meta:
    """Return what a page's front matter says, over what `_quarto.yml` says for all pages."""
    front = _FRONT.match(text)
    machinery = ("project", "format", "filters", "execute")
    shared = {key: value for key, value in site.config.items() if key not in machinery}
    return shared | (_yaml(front[1], page) if front else {})


def _yaml(text: str, place: str) -> Meta:
    try:
        return dict(yaml.safe_load(text) or {})
    except (yaml.YAMLError, TypeError, ValueError) as error:
        raise RenderError(place, f"is not YAML of keys and values: {error}", "Mend it.") from None


def _output(page: str) -> str:
    return posixpath.splitext(page)[0] + ".html"


def _from_root(page: str, path: str) -> str:
    """Return a path as a page writes it (from its folder, or after `/` from the root), from the root."""
    below = path.lstrip("/") if path.startswith("/") else posixpath.join(posixpath.dirname(page), path)
    return posixpath.normpath(below)


def _glob(root: Path, pattern: str) -> list[str]:
    return sorted(p.relative_to(root).as_posix() for p in root.glob(pattern.lstrip("/")) if p.is_file())


def _inside(root: Path, name: str, place: str) -> Path:
    """Return the file, links followed, if it is there and within the project."""
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        raise RenderError(place, f"{name} lies outside the project", "Move it in, or name another file.")
    if not path.is_file():
        raise RenderError(place, f"there is no file {name}", "Mend the path; from / it counts from the root.")
    return path


def _read(root: Path, name: str, place: str) -> str:
    try:
        return _inside(root, name, place).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RenderError(place, f"{name} is not UTF-8: {error}", "Save it as UTF-8.") from None


def _copy(site: Site, name: str, out: Path) -> None:
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_inside(site.root, name, name), out / name)


def run_quarto(root: Path, out: Path, quarto: str) -> None:
    """Render with Quarto itself; the finished site takes the old one's place when Quarto has succeeded.

    Raises:
        DatelineError: Quarto failed; its last words are in the message.
    """
    with tempfile.TemporaryDirectory(prefix="work-", dir=out.parent) as folder:
        site = Path(folder, "site")
        # The hook calls python by name: it has to be the one that has this package.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        command = [quarto, "render", str(root), "--output-dir", str(site)]
        environment = os.environ | {"PATH": path}
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
        if done.returncode or not (site / "index.html").is_file():
            words = "\n    ".join((done.stderr or done.stdout).strip().splitlines()[-12:])
            msg = f"quarto render failed; the site of the last build is as it was.\n    {words}"
            raise DatelineError(msg)
        swap_folder(site, out)
