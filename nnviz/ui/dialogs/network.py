"""Whether an address works on this computer only, and the address for others in its network."""

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

_ELSEWHERE = ("192.0.2.1", 9)  # an address that nobody has; nothing is sent there
_EVERYWHERE = {None, "", "0.0.0.0", "::"}


def is_local(url: str) -> bool:
    """Return whether only this computer can open an address.

    >>> is_local("http://localhost:8501/"), is_local("http://192.168.1.5:8501/")
    (True, False)
    """
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def own_address(listens_at: str | None) -> str | None:
    """Return this computer's address in its network, or None.

    ``listens_at`` is the address at which the server listens, or None for all of them.
    """
    if listens_at not in _EVERYWHERE:
        return None
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(_ELSEWHERE)
            found = str(probe.getsockname()[0])
    except OSError:
        return None
    return None if ip_address(found).is_loopback else found


def at_host(url: str, host: str) -> str:
    """Return the address with another host.

    >>> at_host("http://localhost:8501/?rate=0.1", "192.168.1.5")
    'http://192.168.1.5:8501/?rate=0.1'
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host))
