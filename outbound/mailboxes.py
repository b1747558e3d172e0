"""Which mailbox an e-mail address leads to: whatever counts mails counts for that."""

GMAIL = ("gmail.com", "googlemail.com")


def mailbox_of(address: str) -> str:
    """As far as spellings tell; lower case.

    Most servers put what is for `a+tag@` into the mailbox of `a@` (RFC 5233), and Gmail leaves out
    dots. As an identity each spelling stays an address of its own: elsewhere it may be somebody
    else's. Who is counted together shares what strangers get, and nothing else.
    """
    local, _, domain = address.lower().rpartition("@")
    name = local.partition("+")[0] or local
    if domain in GMAIL:
        return f"{name.replace('.', '')}@{GMAIL[0]}"
    return f"{name}@{domain}"
