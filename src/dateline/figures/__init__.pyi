# The figures, sorted by their modules. `dateline/figures/__init__.py` loads them from here.

from .dates import dates as dates
from .ideas import ideas as ideas
from .ideas import trend as trend
from .network import network as network
from .network import ties as ties
from .pairs import pairs as pairs
from .rates import keyness as keyness
from .rates import rates as rates
from .scales import scales as scales
from .timeline import timeline as timeline
