"""Open and read every file of a folder, and nothing else: as fast as ``chude label`` could ever be.

It is run as a script, so that it pays for a start of the interpreter as ``chude label`` does.
"""

import os
import sys

if __name__ == "__main__":
    for folder, _, names in os.walk(sys.argv[1]):
        for name in sorted(names):
            with open(os.path.join(folder, name), "rb") as file:  # noqa: PTH118, PTH123 - pathlib would slow it down
                file.read()
