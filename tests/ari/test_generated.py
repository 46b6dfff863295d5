"""What is generated is what the installed Asterisk declares, whole."""

import ast
import inspect
from pathlib import Path

from ccbot.ari import events, generator
from ccbot.ari.generated import models, operations

GENERATED = Path(operations.__file__).parent


def test_generated_equals_the_installed_declarations(rest_api: Path) -> None:
    fresh = generator.generate(generator.read(rest_api))
    kept = {path.name: path.read_text(encoding="utf-8") for path in GENERATED.glob("*.py")}
    assert kept == fresh, "run script/generate-ari"


def test_every_declared_operation_is_a_method_except_the_websocket(rest_api: Path) -> None:
    declared = generator.operations(generator.read(rest_api))
    left_out = [one["nickname"] for _, one in declared if one.get("upgrade")]
    module = ast.parse(inspect.getsource(operations))
    methods = [node for node in ast.walk(module) if isinstance(node, ast.AsyncFunctionDef)]
    assert len(declared) == 109
    assert left_out == ["eventWebsocket"]
    assert len(methods) == len(declared) - len(left_out)


def test_every_declared_event_is_in_the_union(rest_api: Path) -> None:
    declared = generator.read(rest_api)
    [event] = [one["models"]["Event"] for one in declared if "Event" in one.get("models", {})]
    names = {kind.__name__ for kind in events.Event.__args__}
    assert names == set(event["subTypes"]) - {"RESTResponse"}
    assert len(names) == 44


def test_every_other_declared_model_is_a_struct(rest_api: Path) -> None:
    declared = {name for one in generator.read(rest_api) for name in one.get("models", {})}
    names = {kind.__name__ for kind in events.Event.__args__}
    missing = {name for name in declared - names - {"Event"} if not hasattr(models, name)}
    assert not missing


def test_names_become_python_names() -> None:
    assert generator.python_name("originateWithId") == "originate_with_id"
    assert generator.python_name("sendDTMF") == "send_dtmf"
    assert generator.python_name("from") == "from_"


def test_parameters_are_keyword_only() -> None:
    parameters = inspect.signature(operations.Channels.originate_with_id).parameters
    kinds = {one.kind for name, one in parameters.items() if name != "self"}
    assert kinds == {inspect.Parameter.KEYWORD_ONLY}
