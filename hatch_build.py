"""Build chude with its kernels: the hook of hatchling, and ``python hatch_build.py`` in a checkout."""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))  # hatchling loads this file from anywhere

from tools.compiling import PACKAGE, BuildError, Kernels, attempt, requirements


class KernelsHook(BuildHookInterface[Any]):
    """Puts compiled kernels into a wheel, and beside their sources for an editable install."""

    def dependencies(self) -> list[str]:
        """Ask for what building takes on this machine."""
        return requirements()

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, and tell hatchling what there is and for which Python."""
        kernels = Kernels(Path(self.root, "src"))
        try:
            if version == "editable":
                attempt(kernels, kernels.folder, self.app.display_warning)
                return
            self._scratch = tempfile.TemporaryDirectory(prefix="chude-wheel-")
            place = Path(self._scratch.name)
            for file in (*kernels.folder.glob(f"*{kernels.suffix}"), *kernels.folder.glob(kernels.stamp)):
                shutil.copy(file, place)  # what was built in the checkout is built again only where it has changed
            attempt(kernels, place, self.app.display_warning)
        except BuildError as error:
            self.app.abort(f"chude: {error}\nCHUDE_COMPILE=0 installs chude without compiling; it then runs slowly.")
        modules = sorted(place.glob(f"*{kernels.suffix}"))
        build_data["force_include"] |= {str(file): str(PACKAGE / file.name) for file in modules}
        build_data["pure_python"] = not modules
        build_data["infer_tag"] = bool(modules)

    def finalize(self, version: str, *_: Any) -> None:
        """Clean up."""
        if version != "editable":
            self._scratch.cleanup()


def main() -> int:
    """Build in place, in this folder or a copy of it; or say which packages that takes."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--requirements", action="store_true", help="print what to install first, and build nothing")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent, help="has src/chude in it")
    chosen = parser.parse_args()
    start = time.monotonic()
    try:
        if chosen.requirements:
            print(*(requirement.partition(">")[0] for requirement in requirements()))
            return 0
        kernels = Kernels(chosen.folder / "src")
        built = attempt(kernels, kernels.folder, lambda message: print(message, file=sys.stderr))
    except BuildError as error:
        print(f"chude: {error}", file=sys.stderr)
        return 1
    if built:
        print(f"compiled {', '.join(built)} in {time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
