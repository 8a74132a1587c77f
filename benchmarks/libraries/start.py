"""Time a library in this new process: ``python -m benchmarks.libraries.start Keras``.

Prints the seconds to import it, of its first update, and of one after that.
"""

import importlib
import subprocess
import sys
import time

MODULES = {
    "NumPy": "numpy",
    "scikit-learn": "sklearn.neural_network",
    "PyTorch": "torch",
    "Keras": "keras",
}
WARM = 20


def starts(libraries, rounds):
    """Yield what each library needs to start, each time in a new process."""
    from benchmarks.libraries.timing import quartiles

    for library in libraries:
        command = [sys.executable, "-m", "benchmarks.libraries.start", library]
        found = [
            [float(word) for word in subprocess.check_output(command, text=True).split()]
            for _ in range(rounds)
        ]
        names = ("imports", "first", "warm")
        yield {"library": library} | {
            name: quartiles(values)
            for name, values in zip(names, zip(*found, strict=True), strict=True)
        }


def main(library):
    """Print three times."""
    began = time.process_time()
    importlib.import_module(MODULES[library])
    imported = time.process_time() - began

    from benchmarks.libraries.peers import peer_of
    from benchmarks.libraries.rows import ARTICLE
    from benchmarks.libraries.timing import spent
    from nnviz.libraries.task import Task

    trained = peer_of(library)(Task(ARTICLE))
    print(imported, spent(trained.advance, 1), spent(trained.advance, WARM) / WARM)


if __name__ == "__main__":
    main(sys.argv[1])
