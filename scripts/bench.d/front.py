"""A way to the server that passes every byte on and counts the requests that go by."""

import re
import socket
import threading

REQUEST = re.compile(rb"(GET|POST|PUT|PATCH|DELETE) (\S+) HTTP/1\.[01]\r\n")


class Front:
    def __init__(self, site: str, port: int):
        host, _, number = site.removeprefix("http://").partition(":")
        self.target = (host, int(number))
        self.port = port
        self.requests: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            server = socket.create_connection(self.target)
            threading.Thread(target=self._pass, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, False), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, count: bool) -> None:
        try:
            while data := source.recv(65536):
                # A client waits for the answer before its next request, so a head stands at the start of what it writes.
                if count and (head := REQUEST.match(data)):
                    self.requests.append(f"{head[1].decode()} {head[2].decode()}")
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            # Whoever closed the connection on purpose or not: the other side learns it by the same.
            sink.close()
