"""Execute scripts as their owner would: in isolated mode, far from this project.

An interpreter has imported what scripts need. Each script is executed by a fork of it, so it has a
process of its own, but not the cost of the imports.
"""

import atexit
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache

_LOOP = """
import json, os, sys, tempfile, traceback
import MODULES

for line in sys.stdin:
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                os.dup2(out.fileno(), 1)
                os.dup2(err.fileno(), 2)
                exec(compile(json.loads(line), "<stdin>", "exec"), {"__name__": "__main__"})
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(pid, 0)
        done = [os.waitstatus_to_exitcode(status)]
        for file in (out, err):
            file.seek(0)
            done.append(file.read())
    print(json.dumps(done), flush=True)
"""


@dataclass(frozen=True)
class Done:
    """How a script ended, and all that it printed."""

    returncode: int
    stdout: str
    stderr: str


def execute(script: str, modules: str = "numpy") -> Done:
    """Execute a script with all warnings as errors, after the import of some modules."""
    interpreter = _interpreter(modules)
    assert interpreter.stdin
    assert interpreter.stdout
    interpreter.stdin.write(json.dumps(script) + "\n")
    interpreter.stdin.flush()
    return Done(*json.loads(interpreter.stdout.readline()))


@cache
def _interpreter(modules: str) -> subprocess.Popen[str]:
    folder = tempfile.TemporaryDirectory()
    started = subprocess.Popen(
        [sys.executable, "-I", "-W", "error", "-c", _LOOP.replace("MODULES", modules)],
        cwd=folder.name,
        # A process with threads must not be forked.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def end() -> None:
        started.communicate()
        folder.cleanup()

    atexit.register(end)
    return started
