"""Screens, kiosks and phones are old: their scripts keep to ES5, and to what an engine of 2018 can do."""

import re
from collections.abc import Iterator

import esprima
import pytest

from assets import squeeze_css
from display import script
from settings import ROOT

STATIC = ROOT / "static"
OLD = sorted(
    path.relative_to(STATIC).as_posix()
    for pattern in ("display/*.js", "display/later/*.js", "pairing.js", "kiosk*.js", "ticket*.js")
    for path in STATIC.glob(pattern)
)
# The whole of ES5; the parser itself knows more (let, arrows, classes, templates, spread, ...).
ES5 = frozenset({
    "Program", "EmptyStatement", "BlockStatement", "ExpressionStatement", "IfStatement", "LabeledStatement",
    "BreakStatement", "ContinueStatement", "WithStatement", "SwitchStatement", "SwitchCase", "ReturnStatement",
    "ThrowStatement", "TryStatement", "CatchClause", "WhileStatement", "DoWhileStatement", "ForStatement",
    "ForInStatement", "DebuggerStatement", "FunctionDeclaration", "VariableDeclaration", "VariableDeclarator",
    "Identifier", "Literal", "ThisExpression", "ArrayExpression", "ObjectExpression", "Property",
    "FunctionExpression", "UnaryExpression", "UpdateExpression", "BinaryExpression", "AssignmentExpression",
    "LogicalExpression", "MemberExpression", "ConditionalExpression", "CallExpression", "NewExpression",
    "SequenceExpression", "Directive",
})  # fmt: skip
# Syntax is not all: what Chromium 53 does not have, called as a method or by name.
TOO_NEW = re.compile(
    r"\.(includes|padStart|padEnd|finally|replaceChildren|append|prepend|replaceAll|flat|flatMap|matchAll|closest|at|entries|values"
    r"|fromEntries|toggleAttribute|isConnected)\(|\b(fetch|AbortController|globalThis|queueMicrotask|ResizeObserver"
    r"|IntersectionObserver|URLSearchParams|structuredClone|Promise\.allSettled)\b"
)
CSS_TOO_NEW = re.compile(
    r"(?<![\w-])(clamp|min|max)\(|(?<![\w-])inset\s*:|aspect-ratio\s*:|:is\(|:has\(|:where\(|:focus-visible|color-mix|\d(dvh|svh|lvh)\b"
    r"|(?<![\w-])(row-|column-)?gap\s*:|@container|place-items|overflow\s*:\s*clip"
)


def nodes(tree: object) -> Iterator[esprima.nodes.Node]:
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, esprima.nodes.Node):
            yield one
            waiting.extend(value for name, value in vars(one).items() if name != "loc")


def newer_than_es5(node: esprima.nodes.Node) -> bool:
    if node.type == "VariableDeclaration":
        return node.kind != "var"
    if node.type == "Property":
        return bool(node.shorthand or node.computed or node.method)
    if node.type in ("FunctionDeclaration", "FunctionExpression"):
        return bool(node.generator or getattr(node, "isAsync", False) or any(p.type != "Identifier" for p in node.params))
    if node.type == "Literal" and getattr(node, "regex", None):
        return bool(set(node.regex.flags) - set("gim")) or "(?<" in node.regex.pattern
    return node.type not in ES5


@pytest.mark.parametrize("name", OLD)
def test_an_old_engine_can_read_the_script(name):
    """Every piece of the syntax tree is one of ES5."""
    tree = esprima.parseScript((STATIC / name).read_text(encoding="utf-8"), loc=True)
    assert [f"line {n.loc.start.line}: {n.type}" for n in nodes(tree) if newer_than_es5(n)] == []


@pytest.mark.parametrize("name", [name for name in OLD if name.startswith(("display/", "pairing"))])
def test_an_old_engine_has_what_the_script_calls(name):
    """No method or interface that came after Chromium 53."""
    source = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [found.group() for found in TOO_NEW.finditer(source)] == []


@pytest.mark.parametrize("name", ["tokens.css", "display.css", "pairing.css"])
def test_an_old_engine_can_read_the_style(name):
    """No flex gap, clamp, inset, aspect-ratio: a television would silently leave them out."""
    source = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [found.group() for found in CSS_TOO_NEW.finditer(source)] == []


@pytest.mark.parametrize(("folder", "parts", "made"), [
    ("display", script.PARTS, script.SCRIPT), ("display/later", script.LATER_PARTS, script.LATER)])  # fmt: skip
def test_squeezing_changes_no_meaning(folder, parts, made):
    """The one file that goes out has the same syntax tree as the files it is made of."""
    whole = "\n".join((STATIC / folder / part).read_text(encoding="utf-8") for part in parts)
    squeezed = made.text
    sent = esprima.parseScript(squeezed).body[0].expression.callee.body.body[1:]
    assert [str(node) for node in sent] == [str(node) for node in esprima.parseScript(whole).body]


def test_every_part_of_the_script_goes_out():
    """A new file in the folder must be named in the order."""
    assert sorted(script.PARTS) == sorted(path.name for path in (STATIC / "display").glob("*.js"))
    assert sorted(script.LATER_PARTS) == sorted(path.name for path in (STATIC / "display" / "later").glob("*.js"))


def test_squeezing_a_style_keeps_every_rule():
    """Comments and blanks go; the blank that stands for "inside of" and the ones of calc() stay."""
    assert squeeze_css('/* a */\n.a .b > c, d { width: calc(50% - 1px); content: "x { y"; }\n') == (
        '.a .b>c,d{width:calc(50% - 1px);content:"x { y"}'
    )
