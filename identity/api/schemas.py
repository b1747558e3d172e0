"""What all requests have in common: strict types, unknown fields ignored (CONTRACT 1.2)."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from identity import addresses, names, texts

# What is only odd in a name is taken out; what is too long stays a refusal.
Cleaned = AfterValidator(lambda name: texts.cleaned(name, longest=len(name)))
Named = AfterValidator(names.checked)
EmailAddress = Annotated[str, AfterValidator(addresses.normalized)]
# 527040 minutes are 366 days (CONTRACT 6.1).
SessionDuration = Annotated[int, Field(ge=5, le=527_040)]
CustomClaims = dict[str, Any]
Metadata = dict[str, Any]
Locale = Literal["en", "es", "pt-br", "fr"]
OtpLocale = Literal[
    "en", "es", "pt-br", "fr", "it", "de-DE", "zh-Hans", "ca-ES",
    "ja", "ru", "nl", "pl", "tr", "fa", "vi", "cs",
]  # fmt: skip


class Body(BaseModel):
    """Top-level nulls never get here; `changes()` is what the caller did send."""

    model_config = ConfigDict(strict=True, extra="ignore")

    def changes(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True)


class Operand(Body):
    filter_name: str
    filter_value: Any = None


class SearchQuery(Body):
    operator: Literal["AND", "OR"] = "AND"
    operands: Annotated[list[Operand], Field(max_length=50)] = []
