"""Ways to the simulated server, which itself speaks plain HTTP: one that counts requests, and one that speaks TLS."""

import re
import select
import socket
import ssl
import sys
import threading

REQUEST = re.compile(rb"(GET|POST|PUT|PATCH|DELETE) (\S+) HTTP/1\.[01]\r\n")


class Front:
    """Passes every byte on and keeps the requests that go by; nothing is timed through it.

    With a `tls` context it is the end of TLS; then it should be a process of its own, as it is when this file is run.
    """

    def __init__(self, site: str, port: int, tls: ssl.SSLContext | None = None):
        host, _, number = site.removeprefix("http://").partition(":")
        self.target = (host, int(number))
        self.port = port
        self.tls = tls
        self.requests: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)

    def start(self) -> "Front":
        threading.Thread(target=self.run, daemon=True).start()
        return self

    def run(self) -> None:
        while True:
            client, _ = self._listener.accept()
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        # Whoever closes first, on purpose or not: the other side learns it by the same.
        try:
            with socket.create_connection(self.target) as server, self._secured(client) as client:
                self._pass(client, server)
        except OSError:
            client.close()

    def _secured(self, client: socket.socket) -> socket.socket:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.tls.wrap_socket(client, server_side=True) if self.tls else client

    def _pass(self, client: socket.socket, server: socket.socket) -> None:
        while True:
            # What TLS has decrypted already, `select` does not see.
            waiting = isinstance(client, ssl.SSLSocket) and client.pending()
            ready = [client] if waiting else select.select([client, server], [], [])[0]
            for source in ready:
                data = source.recv(65536)
                if not data:
                    return
                # A client waits for the answer before its next request, so a head stands at the start of what it writes.
                if source is client and (head := REQUEST.match(data)):
                    self.requests.append(f"{head[1].decode()} {head[2].decode()}")
                (server if source is client else client).sendall(data)


if __name__ == "__main__":
    site, port, certificate, key = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    Front(site, int(port), context).run()
