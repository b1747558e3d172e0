"""Django's cookie of messages under a name of ours, for which it has no setting."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class Storage(CookieStorage):
    """MESSAGE_STORAGE. Under HTTPS the name begins with __Host-, so no other host can plant it."""

    @property
    def cookie_name(self) -> str:  # type: ignore[override] # a plain attribute in Django
        return "__Host-messages" if settings.HTTPS else "messages"
