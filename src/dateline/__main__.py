"""`python -m dateline`."""

from dateline.cli.console import main

if __name__ == "__main__":
    main()
