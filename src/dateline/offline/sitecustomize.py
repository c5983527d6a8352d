"""Loaded by every Python that `dateline rerun` starts: no connection may leave the machine."""

import socket

_connect = socket.socket.connect
_LOCAL = ("127.", "::1", "localhost")


def _only_here(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(_LOCAL):
        msg = f"a build asked for {address[0]}; the same inputs have to give the same report without a network"
        raise PermissionError(msg)
    return _connect(self, address)


socket.socket.connect = _only_here
