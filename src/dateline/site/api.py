"""Write the API page: the public names of a package, each with its signature and its whole docstring."""

import inspect
import re
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from dateline.site.templating import fill, raw_block

_SECTION = re.compile(r"^(Args|Returns|Yields|Raises|Note|Notes|Example|Examples):$", re.MULTILINE)

_ITEM = re.compile(r"^(\*{0,2}\w+(?:, \w+)*): ")

_PATH = re.compile(r"\b(?:[A-Za-z_]\w*\.)+(?=[A-Z])")
"""The modules in front of a class: `polars.dataframe.frame.` of `DataFrame`."""

_OBJECT = re.compile(r"<.*>")
"""A default that Python cannot write as code: a function, or a list that is made anew for each object."""

WIDTH = 88
"""Characters of a signature on one line; a longer one has a line for each argument."""


class Section(NamedTuple):
    """Describe one part of a docstring: its heading and either items, code or paragraphs."""

    heading: str
    items: list[tuple[str, str]] | tuple = ()
    code: str = ""
    paragraphs: list[str] | tuple = ()


class Entry(NamedTuple):
    """Describe one public name: what kind of thing it is, its signature, its docstring, and what belongs to it."""

    name: str
    kind: str
    signature: str
    summary: list[str]
    sections: list[Section]
    members: list["Entry"]


def api(package: ModuleType) -> str:
    """Return the fragment of the API page: the names in `__all__` of a package, each with the anchor `api-NAME`.

    Of a module among them, the public functions are listed in the same way, of a class its public methods and
    properties. Names with two underscores are left out.
    """
    return raw_block(fill("api.html", found=public_names(package)).strip("\n"))


def public_names(owner: ModuleType | type, prefix: str = "") -> list[Entry]:
    """Return the public names of a package, module or class, in the order of the alphabet."""
    found = _methods(owner) if inspect.isclass(owner) else _names(owner)
    public = sorted((name for name in found if not name.startswith("_")), key=str.casefold)
    return [_entry(name, found[name], prefix) for name in public]


def _names(module: ModuleType) -> dict[str, Any]:
    if hasattr(module, "__all__"):
        return {name: getattr(module, name) for name in module.__all__}
    own = {name: thing for name, thing in vars(module).items() if inspect.isfunction(thing) or inspect.isclass(thing)}
    return {name: thing for name, thing in own.items() if thing.__module__ == module.__name__}


def _methods(owner: type) -> dict[str, Any]:
    kinds = FunctionType | property | classmethod | staticmethod
    own = {name: part for name, part in vars(owner).items() if isinstance(part, kinds) and inspect.getdoc(part)}
    return {name: getattr(part, "__func__", part) for name, part in own.items()}


def _entry(name: str, thing: Any, prefix: str) -> Entry:
    if inspect.ismodule(thing):
        kind = "module"
    elif inspect.isclass(thing):
        kind = "exception" if issubclass(thing, BaseException) else "class"
    else:
        kind = "function" if callable(thing) else "property"
    signature = _signature(name, thing) if kind in ("class", "function") else name
    members = public_names(thing, f"{prefix}{name}.") if kind in ("module", "class", "exception") else []
    return Entry(f"{prefix}{name}", kind, signature, *_docstring(inspect.getdoc(thing) or ""), members)


def _signature(name: str, thing: Any) -> str:
    """Return a call of `thing` with its arguments, their types and what it returns, as one would write it in code."""
    try:
        found = inspect.signature(thing)
    except (ValueError, TypeError):  # built in, or a class that hides its arguments
        return f"{name}(...)"
    arguments, keywords = [], False
    for parameter in found.parameters.values():
        if parameter.name in ("self", "cls"):
            continue
        if parameter.kind is parameter.VAR_POSITIONAL:
            keywords = True
        elif parameter.kind is parameter.KEYWORD_ONLY and not keywords:
            arguments.append("*")
            keywords = True
        arguments.append(_argument(parameter))
    result = found.return_annotation
    returned = "" if result is found.empty or inspect.isclass(thing) else f" -> {_type(result)}"
    line = f"{name}({', '.join(arguments)}){returned}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{name}(", *(f"    {argument}," for argument in arguments), f"){returned}"])


def _argument(parameter: inspect.Parameter) -> str:
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    text = f"{stars}{parameter.name}"
    if parameter.annotation is not parameter.empty:
        text += f": {_type(parameter.annotation)}"
    if parameter.default is parameter.empty:
        return text
    default = _OBJECT.sub("...", repr(parameter.default))
    return f"{text} = {default}" if ": " in text else f"{text}={default}"


def _type(annotation: Any) -> str:
    """Return a type as a reader sees it, without the modules in front of it."""
    return _PATH.sub("", annotation if isinstance(annotation, str) else inspect.formatannotation(annotation))


def _docstring(text: str) -> tuple[list[str], list[Section]]:
    """Return the first paragraphs of a docstring and its sections."""
    first, *rest = _SECTION.split(text)
    return _paragraphs(first), [
        _section(heading, inspect.cleandoc(body)) for heading, body in zip(rest[::2], rest[1::2], strict=True)
    ]


def _section(heading: str, body: str) -> Section:
    if heading.startswith("Example"):
        return Section(heading, code=body)
    items: list[tuple[str, str]] = []
    for line in body.splitlines() if heading in ("Args", "Raises") else ():
        if found := _ITEM.match(line):
            items.append((found[1], line[found.end() :].strip()))
        elif items:
            items[-1] = (items[-1][0], f"{items[-1][1]} {line.strip()}".strip())
    return Section(heading, items=items) if items else Section(heading, paragraphs=_paragraphs(body))


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]
