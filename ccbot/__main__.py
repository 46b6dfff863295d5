"""``python -m ccbot``: the command line."""

import sys

from ccbot.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
