"""The addresses of signing in, staying signed in and signing out."""

from django.urls import URLPattern, path

from accounts.views import authenticate, code, home, login, logout, second_factor, session, step_up

app_name = "accounts"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("login", login.login, name="login"),
    path("login/code", code.code, name="login_code"),
    path("login/link", login.link, name="login_link"),
    path("login/resend", login.resend, name="login_resend"),
    path("authenticate", authenticate.authenticate, name="authenticate"),
    path("second-factor", second_factor.second_factor, name="second_factor"),
    path("step-up", step_up.step_up, name="step_up"),
    path("pending/abandon", step_up.abandon, name="abandon"),
    path("session", session.session, name="session"),
    path("session/refresh", session.refresh, name="session_refresh"),
    path("logout", logout.logout, name="logout"),
]
