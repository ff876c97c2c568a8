"""``python -m chude``: the command line, where its script is not on the path."""

from chude.cli import main

if __name__ == "__main__":
    main()
