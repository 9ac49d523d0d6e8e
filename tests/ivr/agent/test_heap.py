import subprocess
import sys

from ivr.agent.heap import keep_small

# Eight threads that live on have each freed 30 MB, once as one piece and once as a hundred.
_WORK = """
import sys, threading
from pathlib import Path

if sys.argv[1] == "small":
    from ivr.agent.heap import keep_small
    keep_small()
done, leave = threading.Barrier(9), threading.Barrier(9)

def work():
    bytes(30_000_000)  # a large buffer that is freed raises glibc's thresholds
    pieces = [bytes(300_000) for _ in range(100)]
    del pieces
    done.wait()
    leave.wait()

threads = [threading.Thread(target=work) for _ in range(8)]
[each.start() for each in threads]
done.wait()
status = Path("/proc/self/status").read_text()
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))
leave.wait()
"""


def _resident_mb(how: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _WORK, how], capture_output=True, text=True, timeout=60, check=True
    )
    return int(done.stdout) / 1024


def test_what_threads_have_freed_is_given_back() -> None:
    assert _resident_mb("small") < _resident_mb("as it is") - 60


def test_the_c_library_takes_the_options() -> None:
    assert keep_small()
