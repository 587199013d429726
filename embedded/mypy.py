"""`python -m embedded.mypy <paths>`: the type checker with settings that name no real service."""

import os
import sys

from embedded.gate import BIN, type_checking

if __name__ == "__main__":
    os.execve(BIN / "mypy", [str(BIN / "mypy"), *(sys.argv[1:] or ["."])], type_checking())
