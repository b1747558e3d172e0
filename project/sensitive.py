"""Every route that changes something: what proof it asks for, or why it asks for none (QUALITY 48).

`@recently_verified` is what gates a view; tests/test_sensitive.py holds the two against each other,
and fails for a route that is in neither table.
"""

from accounts.gates import Gate

GATED: dict[str, Gate] = {
    # a member's own factors
    "accounts:security_app": Gate(),
    "accounts:security_registration": Gate(),
    "accounts:security_phone": Gate(),
    "accounts:security_phone_code": Gate(),
    "accounts:security_codes": Gate(),
    "accounts:security_password": Gate(),
    "accounts:security_removal": Gate(),
    "accounts:security_default": Gate(),
    "accounts:security_enrolment": Gate(),
    # sessions
    "accounts:session_end": Gate(),
    "accounts:sessions_end_others": Gate(),
    # what an admin does to others
    "orgswitcher:member_session_end": Gate(),
    "orgswitcher:member_sessions_end": Gate(),
    "orgswitcher:member_reset": Gate(shows_page=True),
    # the example app
    "documents:document_delete": Gate(shows_page=True),
}

# reason → the routes that it holds for
UNGATED: dict[str, tuple[str, ...]] = {
    "it is how somebody gets in: there is nobody yet to ask": (
        "accounts:login",
        "accounts:login_code",
        "accounts:login_link",
        "accounts:login_resend",
        "accounts:login_provider",
        "accounts:organization_login",
        "accounts:organization_link",
        "accounts:organization_password",
        "accounts:organization_forgot",
        "accounts:organization_provider",
        "accounts:organization_sso",
        "accounts:authenticate",
        "accounts:password_strength",
    ),
    "it is a step of a sign-in, whose proof of minutes ago the service asks to see": (
        "accounts:second_factor_sms",
        "accounts:second_factor_send",
        "accounts:second_factor_app",
        "accounts:second_factor_registration",
        "accounts:second_factor_enrolment",
        "accounts:second_factor_phone",
        "accounts:second_factor_recovery",
        "accounts:unasked",
        "orgswitcher:organization_choose",
        "orgswitcher:organization_new",
    ),
    "it is the proof itself": (
        "accounts:verify",
        "accounts:verify_code",
        "accounts:verify_way",
        "orgswitcher:organization_proof",
        "orgswitcher:switch_proof",
    ),
    "it puts away what was made behind a gate a moment ago": (
        "accounts:recovery_codes",
        "accounts:recovery_codes_file",
    ),
    "who wants out, or not in after all, is let out": (
        "accounts:logout",
        "accounts:abandon",
        "accounts:unasked_refusal",
    ),
    "the service vouches for the session that is brought": ("accounts:session_hydrate",),
    "whoever got the mail must be able to put an intruder out at once": ("accounts:not_me",),
    "it can be changed back": ("documents:document_new", "documents:document_edit"),
    "the organization that it leads to asks for what it wants": ("orgswitcher:switch",),
    "nothing changes but the age of the JWT": ("accounts:session_refresh",),
    "who is here may stay, up to the absolute end": (
        "accounts:session_extend",
        "accounts:session_authenticate",
    ),
}
