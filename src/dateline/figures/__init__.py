"""Draw each figure: rows, chart, title, alt text, table, evidence.

The names are in `__init__.pyi`; each is loaded when it is first used, so that pages can be made without Altair.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
