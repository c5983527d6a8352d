"""Complete the site that is being rendered: the `post-render` hook of `_quarto.yml`."""

import os
import sys
from pathlib import Path

from dateline.errors import DatelineError
from dateline.site.publish.complete import complete
from dateline.study.load import find_root, load_study


def main() -> None:
    """Complete the site that a renderer names in `QUARTO_PROJECT_OUTPUT_DIR`, of the study around the working directory.

    Raises:
        DatelineError: No renderer has called; the search index could not be made.
        StudyError: `data/` is not valid.
    """
    told = os.environ.get("QUARTO_PROJECT_OUTPUT_DIR")
    if not told:
        msg = (
            "QUARTO_PROJECT_OUTPUT_DIR is not set: no renderer has called. This is a hook of `quarto render` and "
            "`dateline build`; run one of them."
        )
        raise DatelineError(msg)
    root = find_root(Path(os.environ.get("QUARTO_PROJECT_DIR") or "."))
    complete(load_study(root), root / told)


if __name__ == "__main__":
    try:
        main()
    except DatelineError as error:
        sys.exit(f"dateline: {error}")
