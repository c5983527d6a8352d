"""The API page has the public names of the package and nothing else, each with its whole docstring."""

import re
import sys
from types import ModuleType

import pytest

import dateline
from dateline.site.api import api, public_names

CODE = '''
"""Count ships.

A second paragraph.
"""
import os
import tools

__all__ = ["count", "Harbour", "LostError", "tools", "__version__"]
__version__ = "1"

class LostError(Exception):
    """Signal that a ship is lost."""

class Harbour:
    """Describe a harbour: `name` and its `size`."""

    def __init__(self, name: str, size: int = 3) -> None: ...

    @property
    def depth(self) -> float:
        """Return the depth in metres."""

    def open(self) -> "Harbour":
        """Open it."""

    def no_words(self): ...

    def _hidden(self):
        """Hide."""

def count(ships: list[str], *, by: str = "name", keep=lambda ship: True, **more: int) -> dict[str, int]:
    """Count ships <by name>.

    A source: Abel (2019).

    Args:
        ships: Their names, as {{< var x >}}
            or `ids`.
        by: `name` or `port`.

    Returns:
        Name -> number.

        Never empty.

    Raises:
        LostError: There are none.

    Examples:
        >>> count(["a", "a"])
        {'a': 2}
    """
'''
TOOLS = '''
"""Mend ships."""

def mend(ship: str) -> None:
    """Mend one ship."""

def _hidden():
    """Hide."""
'''


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    found = {}
    for name, code in (("tools", TOOLS), ("ships", CODE)):
        found[name] = ModuleType(name)
        monkeypatch.setitem(sys.modules, name, found[name])
        exec(code, vars(found[name]))
    return found["ships"]


def test_a_page_lists_what_is_public_in_the_order_of_the_alphabet(fake: ModuleType) -> None:
    found = re.findall(r'id="api-([\w.]+)"><summary><code>([\w.]+)</code>(.*?)</summary>', api(fake))
    assert found == [
        ("count", "count", ""),
        ("Harbour", "Harbour", " (class)"),
        ("Harbour.depth", "Harbour.depth", " (property)"),
        ("Harbour.open", "Harbour.open", ""),
        ("LostError", "LostError", " (exception)"),
        ("tools", "tools", " (module)"),
        ("tools.mend", "tools.mend", ""),
    ]


def test_a_function_has_its_signature_and_its_whole_docstring(fake: ModuleType) -> None:
    count = public_names(fake)[0]
    assert count.signature == ("count(ships: list[str], *, by: str = 'name', keep=..., **more: int) -> dict[str, int]")
    assert count.summary == ["Count ships <by name>.", "A source: Abel (2019)."]
    assert [section.heading for section in count.sections] == ["Args", "Returns", "Raises", "Examples"]
    args, returns, raises, examples = count.sections
    assert args.items == [("ships", "Their names, as {{< var x >}} or `ids`."), ("by", "`name` or `port`.")]
    assert returns.paragraphs == ["Name -> number.", "Never empty."]
    assert raises.items == [("LostError", "There are none.")]
    assert examples.code == '>>> count(["a", "a"])\n{\'a\': 2}'


def test_a_method_has_no_self_and_a_long_signature_a_line_for_each_argument(
    fake: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert public_names(fake)[1].members[1].signature == "open() -> Harbour"
    assert public_names(fake)[1].signature == "Harbour(name: str, size: int = 3)"
    monkeypatch.setattr("dateline.site.api.WIDTH", 30)
    assert public_names(fake)[1].signature == "Harbour(\n    name: str,\n    size: int = 3,\n)"


def test_nothing_in_a_docstring_is_markup_or_a_shortcode(fake: ModuleType) -> None:
    page = api(fake)
    assert "Count ships &lt;by name&gt;." in page
    assert "{{<" not in page
    assert "or <code>ids</code>." in page


def test_the_page_of_the_package_has_its_public_names() -> None:
    page = api(dateline)
    names = [name for name in dateline.__all__ if not name.startswith("_")]
    assert [name for name in names if f'id="api-{name}"' not in page] == []
    assert " at 0x" not in page
