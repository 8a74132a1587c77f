"""Two servers behind Debian's nginx with a cache: which requests reach them, and a server crash."""

import asyncio
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from benchmarks.crowd.rows import Serving, version_of
from benchmarks.crowd.viewer import Viewer
from benchmarks.page.report import Row
from tools.server import Server, free_port

PROGRAM = which("nginx") or "/usr/sbin/nginx"

CONFIGURATION = """
daemon off;
pid {folder}/pid;
error_log {folder}/errors;
worker_processes 1;
events {{ worker_connections 4096; }}
http {{
  log_format reached '$upstream_cache_status $request_uri';
  access_log {folder}/access reached;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  proxy_cache_path {folder}/cache keys_zone=frames:16m max_size=256m inactive=1h;
  upstream nnviz {{ {upstreams} keepalive 64; }}
  server {{
    listen 127.0.0.1:{port};
    keepalive_requests 100000;
    location / {{
      proxy_pass http://nnviz;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_cache frames;
      proxy_cache_key $request_uri;
      proxy_cache_lock on;
      proxy_cache_lock_timeout 5s;
      proxy_next_upstream error timeout;
    }}
  }}
}}
"""


@dataclass
class Nginx:
    """A running nginx, and the log of the requests that it passed on."""

    url: str
    access: Path

    def reached(self) -> Counter[str]:
        """Count how often each address of frames reached a server."""
        lines = (line.split(" ", 1) for line in self.access.read_text().splitlines())
        return Counter(
            address for status, address in lines if status != "HIT" and "/frames/" in address
        )


@contextmanager
def nginx(servers: list[Server]) -> Iterator[Nginx]:
    """Run nginx in front of the servers."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="nnviz-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o777)  # nginx's workers run as another user
        upstreams = " ".join(f"server 127.0.0.1:{server.port};" for server in servers)
        configuration = CONFIGURATION.format(folder=folder, port=port, upstreams=upstreams)
        (folder / "nginx.conf").write_text(configuration)
        process = subprocess.Popen([PROGRAM, "-p", name, "-c", f"{name}/nginx.conf"])
        try:
            _wait_until_it_listens(process, port)
            yield Nginx(f"http://127.0.0.1:{port}", folder / "access")
        finally:
            process.terminate()
            process.wait(timeout=10)


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 10.0
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("nginx does not listen")


async def _watch(proxy: Nginx, viewers: int, seconds: float, servers: list[Server]) -> list[Viewer]:
    """Let viewers of one link play, and kill one server in the middle."""
    version = await version_of(proxy.url)
    crowd = [Viewer(proxy.url, version) for _ in range(viewers)]

    async def come(viewer: Viewer) -> None:
        await viewer.open()
        await viewer.play()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(come(viewer)) for viewer in crowd]
        await asyncio.sleep(seconds / 2)
        servers[0].kill()
        before = [viewer.step for viewer in crowd]
        await asyncio.sleep(seconds / 2)
        async with asyncio.timeout(30):
            while not all(v.step > step for v, step in zip(crowd, before, strict=True)):
                await asyncio.sleep(0.05)
        for task in tasks:
            task.cancel()
    return crowd


def is_installed() -> bool:
    """Return whether nginx is installed."""
    return Path(PROGRAM).exists()


def behind_nginx(serving: Serving, viewers: int, seconds: float) -> list[Row]:
    """Return the rows on two servers behind nginx, the first of which is killed."""
    with Server() as first, serving() as second, nginx([first, second]) as proxy:
        crowd = asyncio.run(_watch(proxy, viewers, seconds, [first, second]))
        reached = proxy.reached()
    return [
        Row(
            f"{viewers} viewers behind nginx: requests a batch",
            max(reached.values()),
            "",
            2.0,
            how=f"the most that reached a server for one of {len(reached)} batches",
        ),
        Row(
            "batches that came broken, one server killed",
            sum(viewer.broken for viewer in crowd),
            "",
            0.0,
            "exactly",
            f"of {sum(len(viewer.replies) for viewer in crowd)} received; all went on",
        ),
    ]
