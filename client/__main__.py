"""`python -m client HOST:PORT [NAME]`: the game alone, without the command line around it."""

import sys

from client.app import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:2] or ["127.0.0.1:5560"], sys.argv[2] if len(sys.argv) > 2 else None, practise=False))
