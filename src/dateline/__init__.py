"""Turn a folder of news articles into a published report in which every mark links to its evidence.

    import dateline as dl

    study = dl.open_study()
    articles, removed = dl.read_articles(study)

Polars frames go in and Polars frames come out. The names in `__init__.pyi` are public and nothing else is; each
is loaded when it is first used.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
