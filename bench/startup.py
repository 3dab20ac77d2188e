"""How long cxkit takes to start, as a user waits for it.

Measured as whole processes from start to exit, in turn: ``import cxkit`` against an empty Python; the
command line's ``--help`` and ``plugins`` against ``import click``, without which there is no command line;
``cxkit demo --no-open`` against papermill and nbconvert on a notebook of one empty cell, the least that any
executed report costs. Wall and CPU include the kernels; the peak is that of the largest process. What
``import cxkit`` and ``--help`` load is counted, and none of it may be pandas, numpy or the like.

    python bench/startup.py [--repeats N] [--no-demo]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import paired

HEAVY = {
    "duckdb", "matplotlib", "narwhals", "numpy", "pandas", "papermill", "pydantic", "scipy", "statsmodels",
}  # fmt: skip
CLI = "from cxkit.cli import main; main()"
FLOOR = """
import nbformat, papermill, nbconvert
book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("pass")])
book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
nbformat.write(book, "floor.ipynb")
papermill.execute_notebook("floor.ipynb", "out.ipynb", progress_bar=False)
page, _ = nbconvert.HTMLExporter().from_filename("out.ipynb")
open("floor.html", "w", encoding="utf-8").write(page)
"""
LOADED = """
import sys
before = set(sys.modules)
{code}
new = set(sys.modules) - before
print(len(new), *sorted({{m.partition('.')[0] for m in new}}))
"""


def run(words: list[str], folder: str) -> dict[str, float]:
    """Wall, CPU and peak memory of one process and those it waited for."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(words, cwd=folder, env=paired.environment(), stdout=said, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        if child.returncode:
            said.seek(0)
            sys.exit(said.read().decode("utf-8", "replace")[-2000:])
    unit = 1 if sys.platform == "darwin" else 1024
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "rss": usage.ru_maxrss * unit / paired.MB}


def loaded(code: str, folder: str) -> tuple[int, list[str]]:
    """How many modules ``code`` loads, and the packages they belong to."""
    words = [sys.executable, "-c", LOADED.format(code=code)]
    said = subprocess.run(words, cwd=folder, env=paired.environment(), stdout=subprocess.PIPE, text=True, check=True)
    count, *packages = said.stdout.splitlines()[-1].split()
    return int(count), packages


def compare(commands: dict[str, list[str]], folder: str, repeats: int) -> str:
    """A table; the last command is the yardstick of the ratios."""
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    for turn in range(repeats + 1):
        for name, words in commands.items():
            figures = run([sys.executable, *words], folder)
            if turn:  # the first round fills the caches
                runs[name].append(figures)
    *_, last = commands
    rows = []
    for name in commands:
        wall, cpu, rss = ([r[what] for r in runs[name]] for what in ("wall", "cpu", "rss"))
        ratios = [
            f"{paired.ratio(ours, [r[what] for r in runs[last]]):.2f}" for what, ours in (("wall", wall), ("cpu", cpu))
        ]
        rows.append([name, paired.spread(wall), paired.spread(cpu), f"{max(rss):.0f}", *ratios])
    return paired.table(["", "wall s", "CPU s", "peak MB", f"wall / {last}", "CPU ratio"], rows)


def main() -> None:
    parser = paired.parser(__doc__.splitlines()[0], repeats=9)
    parser.add_argument("--no-demo", action="store_true", help="leave the report out")
    options = parser.parse_args()
    with paired.scratch() as folder:
        quick = {
            "cxkit plugins": ["-c", CLI, "plugins"],
            "cxkit --help": ["-c", CLI, "--help"],
            "import cxkit": ["-c", "import cxkit"],
            "empty Python": ["-c", "pass"],
            "import click": ["-c", "import click"],
        }
        print(compare(quick, folder, options.repeats))
        codes = {
            "import cxkit": "import cxkit",
            "cxkit --help": f"sys.argv = ['cxkit', '--help']\ntry:\n    {CLI}\nexcept SystemExit:\n    pass",
            "import click": "import click",
        }
        for name, code in codes.items():
            count, packages = loaded(code, folder)
            heavy = HEAVY & set(packages)
            assert not heavy, f"{name} loads {sorted(heavy)}"
            shown = ", ".join(m for m in packages if m not in sys.stdlib_module_names)
            print(f"{name} loads {count} modules: {shown} and the standard library's")
        if not options.no_demo:
            demo = {
                "cxkit demo": ["-c", CLI, "demo", "--no-open", "-o", str(Path(folder) / "build")],
                "one empty cell": ["-c", FLOOR],
            }
            print(f"\n{compare(demo, folder, max(3, options.repeats // 2))}", flush=True)


if __name__ == "__main__":
    main()
