"""What settings alone decide, worked out once a process: each request asks for some of it."""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from django.core.signals import setting_changed

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

T = TypeVar("T")


def by_settings(read: Callable[[], T]) -> "_lru_cache_wrapper[T]":
    """Settings change in tests alone, which say so by Django's signal: then it is read again."""
    remembered = lru_cache(maxsize=1)(read)
    setting_changed.connect(lambda **_: remembered.cache_clear(), weak=False)
    return remembered
