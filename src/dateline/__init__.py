"""From a folder of news articles to a published report in which every mark links to its evidence."""

__version__ = "0.1.0"
__all__ = ["__version__"]
