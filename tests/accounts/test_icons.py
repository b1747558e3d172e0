"""Icons drawn once look as heroicons draws them."""

from django.template import Context, Template
from heroicons.templatetags import heroicons

from accounts.templatetags import icons

DRAWN = '{% load icons %}{% heroicon_mini "check" aria_hidden="true" %}'


def test_an_icon_is_as_heroicons_draws_it() -> None:
    mini = heroicons.heroicon_mini("check", aria_hidden="true")
    assert Template(DRAWN).render(Context()) == mini
    assert icons.heroicon_micro("check") == heroicons.heroicon_micro("check")


def test_it_is_drawn_once() -> None:
    icons.heroicon_mini.cache_clear()
    for _ in range(3):
        Template(DRAWN).render(Context())
    assert (icons.heroicon_mini.cache_info().misses, icons.heroicon_mini.cache_info().hits) == (
        1,
        2,
    )
