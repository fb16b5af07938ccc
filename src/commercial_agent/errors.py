"""Every error the product raises on purpose, in one tree.

    CommercialAgentError
    ├── InvalidInput            the caller must change what he sent
    │   ├── InvalidQuery        a catalogue plan that does not fit the schema
    │   └── InvalidPlan         a financing request that has no answer
    ├── OperatorError           the operator must change something
    │   ├── InvalidProfile      the dealership profile cannot be used
    │   ├── InvalidCatalog      the catalogue file cannot be used
    │   ├── InvalidKnowledge    the knowledge folder cannot be used
    │   ├── InvalidSettings     a setting is missing or wrong
    │   └── NotConfigured       a feature needs a setting that is empty
    └── Unavailable             something outside does not answer now
        ├── DatabaseUnavailable
        ├── ModelUnavailable    a language model failed, was slow, or answered nonsense
        └── ProviderUnavailable Twilio or another service failed

The class docstring is the default message; `code` is the stable machine name.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar


class CommercialAgentError(Exception):
    """Something went wrong in the commercial agent."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str | None = None, *, code: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        self.reason = code or self.code
        super().__init__(self.message)


class InvalidInput(CommercialAgentError):
    """The request cannot be understood as it was sent."""

    code = "invalid_input"


class InvalidQuery(InvalidInput):
    """The catalogue query does not fit the catalogue."""

    code = "invalid_query"


class InvalidPlan(InvalidInput):
    """The financing request has no answer."""

    code = "invalid_plan"

    def __init__(
        self, message: str | None = None, *, code: str | None = None, figures: Mapping[str, Decimal | int] | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.figures = dict(figures or {})  # the limits that speak: first_interest, minimum_down …


class OperatorError(CommercialAgentError):
    """The operator must change something before this works."""

    code = "operator_error"


class InvalidProfile(OperatorError):
    """The dealership profile cannot be used."""

    code = "invalid_profile"


class InvalidCatalog(OperatorError):
    """The catalogue file cannot be used."""

    code = "invalid_catalog"


class InvalidKnowledge(OperatorError):
    """The knowledge folder cannot be used."""

    code = "invalid_knowledge"


class InvalidSettings(OperatorError):
    """A setting is missing or wrong."""

    code = "invalid_settings"


class NotConfigured(OperatorError):
    """This feature needs a setting that is empty."""

    code = "not_configured"


class Unavailable(CommercialAgentError):
    """A service that is needed does not answer now."""

    code = "unavailable"


class DatabaseUnavailable(Unavailable):
    """The database does not answer."""

    code = "database_unavailable"


class ModelUnavailable(Unavailable):
    """The language model does not answer as it should."""

    code = "model_unavailable"


class ProviderUnavailable(Unavailable):
    """The messaging provider does not answer."""

    code = "provider_unavailable"
