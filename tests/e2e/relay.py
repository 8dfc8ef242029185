"""A network that breaks between a request and its answer: a relay of bytes between a client and a server."""
import contextlib
import socket
import threading


class Relay:
    """Listens on `port` of loopback and passes every connection on to a server, whatever the two speak.

    withhold() keeps the server's answers back while requests still pass; let_go() delivers them after all,
    cut() ends every connection, and what was kept back is lost. Connections made after that pass again.
    """

    def __init__(self, server_port):
        self.server_port, self.after, self.connections = server_port, None, []
        self.changed = threading.Condition()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def withhold(self, after=b""):
        """From now on, on each connection whose client has sent `after`."""
        with self.changed:
            self.after = after
            for connection in self.connections:
                connection.look()

    def kept_back(self):
        """On how many connections there is an answer that the client has not heard."""
        with self.changed:
            return sum(connection.keeps for connection in self.connections)

    def let_go(self):
        with self.changed:
            self.after = None
            for connection in self.connections:
                connection.withheld = False
            self.changed.notify_all()

    def cut(self):
        with self.changed:
            self.after = None
            for connection in self.connections:
                connection.end()
            self.connections.clear()
            self.changed.notify_all()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            try:
                server = socket.create_connection(("127.0.0.1", self.server_port))
            except OSError:
                client.close()
                continue
            with self.changed:
                connection = Connection(self, client, server)
                self.connections.append(connection)
                connection.look()
            for work in (connection.pass_requests, connection.pass_answers):
                threading.Thread(target=work, daemon=True).start()


class Connection:
    """One connection through a relay; its lock guards the members."""

    def __init__(self, relay, client, server):
        self.relay, self.client, self.server = relay, client, server
        self.said = b""  # the end of what the client sent
        self.keeps = self.withheld = self.ended = False

    def look(self):
        if self.relay.after is not None and self.relay.after in self.said:
            self.withheld = True

    def pass_requests(self):
        with contextlib.suppress(OSError):
            while piece := self.client.recv(65536):
                with self.relay.changed:
                    self.said = self.said[-64:] + piece
                    self.look()  # before the server can answer
                self.server.sendall(piece)
            self.server.shutdown(socket.SHUT_WR)

    def pass_answers(self):
        piece = b"begin"
        while piece:
            try:
                piece = self.server.recv(65536)
            except OSError:
                piece = b""
            with self.relay.changed:
                self.keeps = self.withheld and bool(piece)
                self.relay.changed.wait_for(lambda: self.ended or not self.withheld)
                self.keeps = False
                if self.ended or not piece:
                    return self.end()
            with contextlib.suppress(OSError):
                self.client.sendall(piece)

    def end(self):
        self.ended = True
        for end in (self.client, self.server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
