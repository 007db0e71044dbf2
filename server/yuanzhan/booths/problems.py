"""What is wrong with something that was sent, as data: where (JSON pointer), what (a code), and its numbers.

The sentences are in the catalogue under `problem.<code>`, so that a form can show each beside its field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from yuanzhan.errors.base import Param
from yuanzhan.errors.requests import BodyWrong, Problem

Model = TypeVar("Model", bound=BaseModel)

# More would help nobody: one mends the first and asks again.
PROBLEMS_MAX: Final = 50

# Pydantic's types of errors to our codes, and what of its context fills the sentence.
_CODES: Final = MappingProxyType[str, tuple[str, Mapping[str, str]]](
    {
        "json_invalid": ("not_json", {}),
        "missing": ("missing", {}),
        "extra_forbidden": ("unknown_key", {}),
        "string_too_long": ("too_long", {"max_length": "most"}),
        "string_too_short": ("missing", {}),
        "too_long": ("too_many", {"max_length": "most"}),
        "too_short": ("too_few", {"min_length": "least"}),
        "greater_than": ("too_small", {"gt": "least"}),
        "greater_than_equal": ("too_small", {"ge": "least"}),
        "less_than": ("too_big", {"lt": "most"}),
        "less_than_equal": ("too_big", {"le": "most"}),
        "finite_number": ("not_a_number", {}),
        "literal_error": ("not_a_choice", {"expected": "choices"}),
        "enum": ("not_a_choice", {"expected": "choices"}),
        "string_pattern_mismatch": ("not_an_id", {}),
        "string_type": ("not_text", {}),
        "float_type": ("not_a_number", {}),
        "float_parsing": ("not_a_number", {}),
        "int_type": ("not_a_number", {}),
        "bool_type": ("not_a_truth", {}),
        "list_type": ("not_a_list", {}),
        "tuple_type": ("not_a_list", {}),
    }
)


def read(model: type[Model], body: bytes, wrong: type[BodyWrong] = BodyWrong) -> Model:
    """`body` (JSON) as a `model`. Raises `wrong` with every problem that it has."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise wrong(list(problems_of(error))) from None


def problems_of(error: ValidationError) -> Iterable[Problem]:
    """The problems that Pydantic found, in the order of the document."""
    for found in error.errors(include_url=False, include_input=False)[:PROBLEMS_MAX]:
        context: dict[str, Any] = found.get("ctx", {})
        code, names = _CODES.get(found["type"], ("wrong", {}))
        params: dict[str, Param] = {
            name: _param(context[key]) for key, name in names.items() if key in context
        }
        if found["type"] in OWN:
            code, params = found["type"], {key: _param(value) for key, value in context.items()}
        yield Problem(pointer(found["loc"]), code, params)


# What our own validators raise, as PydanticCustomError.
OWN: Final = frozenset({"control_characters", "not_a_url", "url_characters", "url_user", "empty", "twice"})


def pointer(parts: Iterable[str | int]) -> str:
    """RFC 6901. What is in the path of a union or a validator and not in the document is left out."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1")[:80] for part in parts)


def _param(value: Any) -> Param:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int | float) else str(value)


@dataclass(slots=True)
class Findings:
    """Problems as they are found, to be raised together."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, pointer: str, code: str, **params: Param) -> None:
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(Problem(pointer, code, params))

    def raise_if_any(self, wrong: type[BodyWrong]) -> None:
        """Raises `wrong` where there is a problem."""
        if self.problems:
            raise wrong(self.problems)
