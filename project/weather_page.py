"""/dev/weather/: where a developer chooses the weather; project/urls.py has it with DEBUG only."""

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import anonymous_allowed
from project.forecast import LONGEST, parse
from project.weather import sky

# As IDENTITY_WEATHER has it, what it is called, and what one will see.
CHOICES = [
    ("", "Fair", "Calls are answered as they come."),
    ("slow=3", "Slow", "Each answer takes three seconds. Everything works, slowly."),
    ("nothing", "Silent", "No answer ever comes. After a few waits nobody waits any more."),
    ("fail", "Down", "Nobody listens: each call fails at once."),
    ("500", "Broken", "Each answer is a 500."),
    ("429=20", "Busy", "Each answer is a 429: come back in twenty seconds."),
    ("403", "Not from here", "Each answer is a 403: sessions aren’t judged from this network."),
    ("nonsense", "Nonsense", "Each answer is a web page that has nothing to do with it."),
    ("slow=2%30, fail%20", "Changeable", "Three calls in ten are slow, and some fail."),
]


class Told(forms.Form):
    weather = forms.CharField(
        label="Or in your own words",
        required=False,
        max_length=LONGEST,
        help_text="Kind=seconds%chance@path, with commas: slow=3, 500%20, fail@/v1/b2b/sessions",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_weather(self) -> str:
        text: str = self.cleaned_data["weather"]
        try:
            parse(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        return text


@anonymous_allowed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def weather(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    form = Told(request.POST if request.method == "POST" else None, initial={"weather": sky.text})
    if form.is_valid():
        sky.told = form.cleaned_data["weather"]
        return redirect("weather")
    context = {"form": form, "choices": CHOICES, "now": sky.text}
    return render(request, "dev/weather.html", context)


urlpatterns = [path("", weather, name="weather")]
