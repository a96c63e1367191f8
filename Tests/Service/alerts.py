"""Holds Tidegate's alerts to their word: PyPI's standardwebhooks verifies the signature, aiosmtpd takes the mail.

    alerts.py TIDEGATE

Makes a certificate of its own, has `tidegate alerts test` tell a webhook and an SMTP server with STARTTLS and a sign-in, and
then has a wrong password, a certificate of a stranger and a server without TLS refused.
"""
import argparse
import email
import email.policy
import http.server
import pathlib
import socket
import ssl
import subprocess
import tempfile
import threading

import standardwebhooks
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLjSw"
CONFIGURATION = """\
source: {{ kind: file, path: {folder}/stock.csv }}
oro: {{ url: "http://127.0.0.1:9", client_id: test, client_secret_file: {folder}/password }}
store: {{ path: {folder}/state }}
alerts:
  {trust}
  receivers:
    hook: {{ kind: webhook, url: "http://127.0.0.1:{hook}/x", secret_file: {folder}/secret }}
    mail:
      kind: mail
      server: "127.0.0.1:{mail}"
      from: tidegate@example.com
      to: [ann@example.com, desk@example.com]
      user: tide
      password_file: {folder}/password
"""


class Mailbox:
    def __init__(self) -> None:
        self.mails: list = []

    async def handle_DATA(self, server, session, envelope) -> str:
        self.mails.append((session.ssl, envelope))
        return "250 taken"


def signs_in(server, session, envelope, mechanism, data) -> AuthResult:
    isRight = isinstance(data, LoginPassword) and data.login == b"tide" and data.password == b"correct horse"
    return AuthResult(success=isRight, handled=False)


def free_port() -> int:
    """One that nobody has now: the controller wants to know it before it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Hook(http.server.BaseHTTPRequestHandler):
    alerts: list = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Hook.alerts.append(standardwebhooks.Webhook(SECRET).verify(body, dict(self.headers)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *arguments) -> None:
        pass


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tidegate")
    tidegate = parser.parse_args().tidegate
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", folder / "key.pem", "-out", folder / "ca.pem"],
            check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
        box = Mailbox()
        mail = Controller(box, hostname="127.0.0.1", port=free_port(), tls_context=context, require_starttls=True,
                          authenticator=signs_in, auth_required=True)
        plain = Controller(box, hostname="127.0.0.1", port=free_port())
        hook = http.server.HTTPServer(("127.0.0.1", 0), Hook)
        threading.Thread(target=hook.serve_forever, daemon=True).start()
        mail.start()
        plain.start()
        for file, text in [("secret", SECRET), ("password", "correct horse")]:
            (folder / file).write_text(text)
            (folder / file).chmod(0o600)

        def tell(server: Controller, trust: str = f"ca_file: {folder}/ca.pem") -> subprocess.CompletedProcess:
            text = CONFIGURATION.format(folder=folder, hook=hook.server_port, mail=server.port, trust=trust)
            (folder / "tidegate.yaml").write_text(text)
            return subprocess.run([tidegate, "alerts", "test", "--config", folder / "tidegate.yaml"],
                                  capture_output=True, text=True, timeout=60)

        told = tell(mail)
        assert told.returncode == 0, told.stdout + told.stderr
        assert Hook.alerts[0]["kind"] == "test" and Hook.alerts[0]["shop"] == "main", Hook.alerts
        (tls, envelope), = box.mails
        assert tls is not None and envelope.rcpt_tos == ["ann@example.com", "desk@example.com"], envelope.rcpt_tos
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert message["Subject"] == "[main] a test alert of Tidegate", message["Subject"]
        assert "alerts of this shop reach you" in message.get_content(), message.get_content()
        assert message.defects == [] and message["Date"].datetime is not None

        for server, trust in [(mail, "per_hour: 30"), (plain, f"ca_file: {folder}/ca.pem")]:
            refused = tell(server, trust)
            assert refused.returncode == 69 and "no mail" in refused.stdout, refused.stdout + refused.stderr
        (folder / "password").write_text("wrong")
        refused = tell(mail)
        assert refused.returncode == 69 and "wrong" not in refused.stdout + refused.stderr, refused.stdout
        assert len(box.mails) == 1
        mail.stop()
        plain.stop()
        hook.shutdown()
    print("alerts: webhook signed, mail with STARTTLS and sign-in taken, three others refused")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
