import subprocess
import sys

import pytest


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc only")
def test_memory_that_threads_used_goes_back_to_the_system():
    code = """
import re, threading
from pathlib import Path
from demo.memory import give_back, share_arenas
def held():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
share_arenas()
before = held()
def work():
    keep = [bytes(60_000) for _ in range(500)]
threads = [threading.Thread(target=work) for _ in range(12)]
[t.start() for t in threads]; [t.join() for t in threads]
give_back()
print(held() - before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 40, "twelve threads worked with 30 MB each"
