"""``python -m nnviz``: see `nnviz.shell.command`."""

import sys

if __name__ == "__main__":
    from nnviz.shell.command import main

    sys.exit(main())
