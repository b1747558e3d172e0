"""The addresses of signing in, staying signed in and signing out."""

from django.urls import URLPattern, path

from accounts.views import (
    authenticate,
    code,
    home,
    login,
    logout,
    new_password,
    organization_login,
    passwords,
    providers,
    session,
    step_up,
)
from accounts.views.second_factor import app, codes, enrolment, entry, phone, recovery, sms
from accounts.views.security import (
    new_app,
    new_codes,
    new_phone,
    overview,
    password,
    removal,
    verify,
)

app_name = "accounts"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("login", login.login, name="login"),
    path("login/code", code.code, name="login_code"),
    path("login/link", login.link, name="login_link"),
    path("login/resend", login.resend, name="login_resend"),
    path("login/with/<slug:provider>", providers.discovery, name="login_provider"),
    path("o/<str:slug>/login", organization_login.login, name="organization_login"),
    path("o/<str:slug>/login/link", organization_login.link, name="organization_link"),
    path("o/<str:slug>/login/password", passwords.password, name="organization_password"),
    path("o/<str:slug>/login/forgot", passwords.forgot, name="organization_forgot"),
    path(
        "o/<str:slug>/login/with/<slug:provider>",
        providers.oauth,
        name="organization_provider",
    ),
    path("o/<str:slug>/login/sso/<str:connection_id>", providers.sso, name="organization_sso"),
    path("password/strength", new_password.strength, name="password_strength"),
    path("authenticate", authenticate.authenticate, name="authenticate"),
    path("second-factor", entry.second_factor, name="second_factor"),
    path("second-factor/choose", entry.choose, name="second_factor_choose"),
    path("second-factor/sms", sms.sms, name="second_factor_sms"),
    path("second-factor/sms/send", sms.send, name="second_factor_send"),
    path("second-factor/app", app.app, name="second_factor_app"),
    path(
        "second-factor/app/registration",
        enrolment.begin,
        name="second_factor_registration",
    ),
    path(
        "second-factor/app/enrol",
        enrolment.enrolment,
        name="second_factor_enrolment",
    ),
    path("second-factor/phone", phone.phone, name="second_factor_phone"),
    path("second-factor/recovery", recovery.recovery, name="second_factor_recovery"),
    path("second-factor/recovery-codes", codes.recovery_codes, name="recovery_codes"),
    path("second-factor/recovery-codes/file", codes.file, name="recovery_codes_file"),
    path("security", overview.security, name="security"),
    path("security/default", overview.default, name="security_default"),
    path("security/enrolment", overview.enrolment, name="security_enrolment"),
    path("security/sessions", overview.end_others, name="security_end_others"),
    path("security/app", new_app.app, name="security_app"),
    path("security/app/registration", new_app.begin, name="security_registration"),
    path("security/phone", new_phone.phone, name="security_phone"),
    path("security/phone/code", new_phone.code, name="security_phone_code"),
    path("security/recovery-codes", new_codes.codes, name="security_codes"),
    path("security/password", password.password, name="security_password"),
    path("security/<slug:kind>/removal", removal.removal, name="security_removal"),
    path("verify", verify.verify, name="verify"),
    path("verify/code", verify.code, name="verify_code"),
    path("step-up", step_up.step_up, name="step_up"),
    path("pending/abandon", step_up.abandon, name="abandon"),
    path("session", session.session, name="session"),
    path("session/refresh", session.refresh, name="session_refresh"),
    path("session/extend", session.extend, name="session_extend"),
    path("logout", logout.logout, name="logout"),
]
