"""A mail server on a free port. Prints the port, then each mail that it accepts as a line of JSON.

Arguments: the mode (starttls, implicit or none), a certificate, its key, and a password for the user "clinic" or "".
The recipient's mailbox decides what happens: "full" is refused with 452, "unknown" with 550, "drop" ends the connection
after the text.
"""

import asyncio
import json
import ssl
import sys
from email import message_from_bytes
from email.policy import default

from aiosmtpd.smtp import SMTP, AuthResult

MODE, CERTIFICATE, KEY, PASSWORD = sys.argv[1:5]


class Mailbox:
    async def handle_RCPT(self, server, session, envelope, address, options):
        answers = {"full": "452 4.2.2 Full", "unknown": "550 5.1.1 Unknown"}
        answer = answers.get(address.split("@")[0])
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=default)
        text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
        print(json.dumps({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": {name.lower(): str(value) for name, value in mail.items()},
            "text": text.get_content().replace("\r\n", "\n"),
            "html": html.get_content(),
            "raw": envelope.content.decode("latin-1"),
            "files": [
                [part.get_filename(), part.get_content_type(), part.get_payload(decode=True).hex()]
                for part in mail.iter_attachments()
            ],
            "isEncrypted": session.ssl is not None or MODE == "implicit",
            "isAuthenticated": bool(session.authenticated),
        }), flush=True)
        if envelope.rcpt_tos[0].startswith("drop@"):
            server.transport.abort()
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    is_known = data.login == b"clinic" and data.password == PASSWORD.encode()
    return AuthResult(success=is_known, handled=is_known)


def create(tls):
    return lambda: SMTP(
        Mailbox(),
        hostname="localhost",
        tls_context=tls if MODE == "starttls" else None,
        require_starttls=MODE == "starttls",
        authenticator=authenticate,
        auth_required=bool(PASSWORD),
        auth_require_tls=MODE == "starttls",
    )


async def serve():
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(CERTIFICATE, KEY)
    loop = asyncio.get_running_loop()
    wrapped = tls if MODE == "implicit" else None
    server = await loop.create_server(create(tls), "127.0.0.1", 0, ssl=wrapped)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(serve())
