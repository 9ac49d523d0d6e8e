"""YAML text -> a validated pydantic model, with the line of every fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from yaml.constructor import ConstructorError

from datafiles.errors import DataFileError

# The one in C, where PyYAML was built with it, is five times as fast. A class of its own, since a
# constructor is added to it.
_LOADER: type[Any] = type("_Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {})


def _timestamp(loader: Any, node: yaml.ScalarNode) -> Any:
    """PyYAML lets the ValueError of a month 13 through, without the line that it stands in."""
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError as error:
        problem = f"{node.value} is no date or time: {error}"
        raise ConstructorError(None, None, problem, node.start_mark) from error


_LOADER.add_constructor("tag:yaml.org,2002:timestamp", _timestamp)

Model = TypeVar("Model", bound=BaseModel)


def load_yaml(path: Path, model: type[Model]) -> Model:
    """Read `path` and validate it as `model`.

    Raises DataFileError (file, line, field) for a missing file, bad YAML, a key
    given twice, or a value that `model` refuses.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or error
        raise DataFileError(path, 0, "", f"cannot be read: {reason}") from error
    except UnicodeDecodeError as error:
        raise DataFileError(path, 0, "", f"cannot be read: {error}") from error
    try:
        root, data = _parsed(path, text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise DataFileError(path, line, "", f"not YAML: {error.problem}") from error
    except yaml.YAMLError as error:  # a character that YAML does not allow
        raise DataFileError(path, 0, "", "not YAML: a character that is not allowed") from error
    try:
        return model.model_validate(data if data is not None else {})
    except ValidationError as error:
        fault = error.errors()[0]
        line, field = _place_of(root, fault["loc"])
        raise DataFileError(path, line, field, _in_words(fault, model)) from error


_A_LIST = "has to be a list: [...]"
_IN_WORDS = {
    "extra_forbidden": "there is no such field",
    "missing": "this field is missing",
    "string_type": "has to be text: put it in quotes",
    "tuple_type": _A_LIST,
    "list_type": _A_LIST,
    "dict_type": "has to be names with a value each: {name: value}",
}


def _in_words(fault: ErrorDetails, model: type[BaseModel]) -> str:
    """For who edits the file, not for who wrote the program."""
    if fault["type"] == "model_type":
        return _fields_wanted(str(fault["ctx"]["class_name"]), model)
    return _IN_WORDS.get(fault["type"], fault["msg"]).removeprefix("Value error, ")


def _fields_wanted(name: str, model: type[BaseModel]) -> str:
    """Where a list or a text stands for the fields of the model called `name`, in `model`."""
    meant = next((each for each in _models(model) if each.__name__ == name), None)
    fields = "" if meant is None else f"; there are {', '.join(meant.model_fields)}"
    return f"has to be fields with a value each: {{field: value}}{fields}"


def _models(part: Any) -> Iterator[type[BaseModel]]:
    """The models in an annotation, and in those of their fields."""
    if isinstance(part, type) and issubclass(part, BaseModel):
        yield part
        for field in part.model_fields.values():
            yield from _models(field.annotation)
    else:
        for inner in get_args(part):
            yield from _models(inner)


def _parsed(path: Path, text: str) -> tuple[yaml.Node | None, Any]:
    loader = _LOADER(text)
    try:
        root = loader.get_single_node()
        _refuse_repeated_keys(path, root)
        return root, loader.construct_document(root) if root is not None else None
    finally:
        loader.dispose()


def _refuse_repeated_keys(path: Path, node: yaml.Node | None, inside: str = "") -> None:
    """PyYAML silently keeps the last of two equal keys; an editor would lose a line."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            field = f"{inside}.{name}" if inside else name
            if name in seen:
                raise DataFileError(path, key.start_mark.line + 1, field, "given twice")
            seen.add(name)
            _refuse_repeated_keys(path, value, field)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _refuse_repeated_keys(path, item, f"{inside}.{index}" if inside else str(index))


def _place_of(root: Any, location: Sequence[int | str]) -> tuple[int, str]:
    """Line (1-based) of the deepest part of `location` that exists in the file, and the field as an
    editor names it: without the tags of unions, which pydantic puts into a location."""
    line = 0 if root is None else int(root.start_mark.line) + 1
    node, field = root, [str(part) for part in location]
    for depth, part in enumerate(location):
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if str(k.value) == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            if part >= len(node.value):
                break
            node = node.value[part]
            line = node.start_mark.line + 1
        elif node is not None:
            field[depth] = ""  # a list has no key and a value no parts
    return line, ".".join(filter(None, field))
