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
    """What `speak` says is forgotten with the call: a page that makes it has its own language."""
    before = translation.get_language()
    try:
        yield
    finally:
        translation.activate(before or settings.LANGUAGE_CODE)


def speak(locale: object) -> None:
    """For the rest of the call; whether it is one of the contract's is for the schemas to say."""
    try:
        language = translation.get_supported_language_variant(str(locale).lower())
    except LookupError:
        language = settings.LANGUAGE_CODE
    translation.activate(language)
