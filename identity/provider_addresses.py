"""The address that a provider names for somebody, and why it may be none (CONTRACT 5.4)."""

from identity import addresses, claim_shapes
from identity.provider_http import ProviderFailed


def named_address(value: object) -> str:
    """The address in our spelling, whoever may have made it up."""
    named = claim_shapes.word(value)
    if not named:
        raise no_address("none is named")
    try:
        return addresses.normalized(named)
    except addresses.NotAscii as error:
        message = f"The identity provider's address for you can't be used: {addresses.NOT_ASCII}."
        raise ProviderFailed(400, "provider_email_not_ascii", message) from error
    except ValueError as error:
        raise no_address("what is named is none") from error


def proven_address(value: object, *, verified: object) -> str:
    """The same where the provider itself says that it has seen it proven."""
    address = named_address(value)
    if claim_shapes.flag(verified) is not True:
        raise not_verified()
    return address


def no_address(why: str) -> ProviderFailed:
    message = "The identity provider names no e-mail address."
    return ProviderFailed(400, "provider_email_missing", message, cause=why)


def not_verified() -> ProviderFailed:
    message = "The identity provider has not verified the e-mail address."
    return ProviderFailed(400, "provider_email_not_verified", message)
