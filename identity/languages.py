"""In which language a call writes its mails and texts: the `locale` it asks for, if we have it.

Words come from gettext, so that they follow as soon as settings.LANGUAGES names a language and its
catalogue is there; today that is English alone. Dates follow with the words, never without them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import translation


@contextmanager
def of_one_call() -> Iterator[None]:
    """The default, and what `speak` says; a page that makes the call has its own afterwards."""
    before = translation.get_language()
    translation.activate(settings.LANGUAGE_CODE)
    try:
        yield
    finally:
        translation.activate(before or settings.LANGUAGE_CODE)


def speak(locale: str) -> None:
    """For the rest of the call; whether it is one of the contract's is for the schemas to say."""
    try:
        translation.activate(translation.get_supported_language_variant(locale.lower()))
    except LookupError:  # none of ours: the default stays
        return
