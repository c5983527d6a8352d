# The public names, sorted by their modules. `dateline/__init__.py` loads them from here.

from . import figures as figures
from .actors.mentions import find_mentions as find_mentions
from .actors.merges import undo_merges as undo_merges
from .actors.pairs import co_mentions as co_mentions
from .codes.gold import score as score
from .codes.robustness import check_findings as check_findings
from .corpus.articles import read_articles as read_articles
from .corpus.articles import split_sentences as split_sentences
from .corpus.copies import drop_copies as drop_copies
from .corpus.copies import find_copies as find_copies
from .errors import DatelineError as DatelineError
from .figures.base import Figure as Figure
from .figures.base import mark_rows as mark_rows
from .statements.positions import positions as positions
from .statements.positions import shifts as shifts
from .statements.positions import stance_values as stance_values
from .statements.reader import find_statements as find_statements
from .study.desk import open_study as open_study
from .study.load import Study as Study
from .terms.concordance import concordance as concordance
from .terms.keyness import keyness as keyness
from .terms.rates import term_rates as term_rates
from .terms.tokens import find_terms as find_terms
from .terms.trends import trends as trends

__version__: str
