"""EMAIL_BACKEND for SMTP: Django's own, with one deadline for a whole mail, and within the places.

smtplib has a timeout for each read alone: a server that sends a byte now and then would hold a
thread for as long as it likes.
"""

import smtplib
import socket
import ssl
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.utils.functional import cached_property

from outbound import deadline, places
from outbound.sockets import connected


class Backend(EmailBackend):
    """Raises OSError, which covers what smtplib raises."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return OverTls if self.use_ssl else Plain

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        context: ssl.SSLContext = super().ssl_context
        context.sslsocket_class = TlsSocket
        return context

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with places.place("mail", whose=places.OURS), deadline.within(settings.EMAIL_TIMEOUT):
            return super().send_messages(email_messages) or 0


class PlainSocket(socket.socket):
    """Each wait lasts as long as the deadline allows; its sendall() counts that for all of it."""

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        self.settimeout(deadline.remaining())
        return super().recv_into(buffer, nbytes, flags)

    def sendall(self, data: Any, flags: int = 0) -> None:
        self.settimeout(deadline.remaining())
        super().sendall(data, flags)


class TlsSocket(ssl.SSLSocket):
    """The same; its sendall() calls send() as often as it takes."""

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        self.settimeout(deadline.remaining())
        return super().recv_into(buffer, nbytes, flags)

    def send(self, data: Any, flags: int = 0) -> int:
        self.settimeout(deadline.remaining())
        return super().send(data, flags)

    def do_handshake(self, block: bool = False) -> None:
        self.settimeout(deadline.remaining())
        super().do_handshake(block)


class Plain(smtplib.SMTP):
    """With STARTTLS as well: smtplib wraps the socket by the context that Backend gives it."""

    def _get_socket(self, host: str, port: int, timeout: float) -> PlainSocket:
        connection = connected(host, port, inside=True)
        return PlainSocket(fileno=connection.detach())


class OverTls(smtplib.SMTP_SSL, Plain):
    """smtplib asks the next class for the socket, and wraps that."""
