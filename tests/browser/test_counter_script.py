"""The counter's modules go out as one script, so what holds between them is kept here. No browser is needed."""

import re

import pytest

from counter.script import MODULES, STATIC, script

DECLARED = re.compile(r"^(?:export )?(?:async )?(?:function|const|let) (?:\[?)([\w$]+)", re.MULTILINE)
EXPORTED = re.compile(r"^export (?:async )?(?:function|const|let) ([\w$]+)", re.MULTILINE)
IMPORTED = re.compile(r'^import \{(.+?)\} from "\./(.+?)";$', re.MULTILINE)


def source(name):
    return (STATIC / name).read_text(encoding="utf-8")


def test_no_name_is_declared_in_two_modules():
    """They share one scope once they are joined."""
    names = [name for module in MODULES for name in DECLARED.findall(source(module))]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_stands_above_it(module):
    """No cycle, no name that is not there, none that is not used."""
    above = MODULES[: MODULES.index(module)]
    text = source(module)
    for names, origin in IMPORTED.findall(text):
        assert origin in above
        for name in names.split(", "):
            assert name in EXPORTED.findall(source(origin))
            assert len(re.findall(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text)) > 1, f"{name} is not used"


@pytest.mark.parametrize("module", MODULES)
def test_functions_are_short(module):
    """At most 40 lines each, and no file above 300."""
    lines = source(module).splitlines()
    assert len(lines) <= 300
    starts = [n for n, line in enumerate(lines) if re.match(r"^(export )?(async )?function ", line)]
    for start in starts:
        end = next(n for n in range(start, len(lines)) if lines[n].endswith("}") and not lines[n].startswith(" "))
        assert end - start < 40


def test_the_joined_script_has_no_module_words_left():
    """A plain script knows neither import nor export."""
    assert not re.search(r"^(import|export) ", script().text, re.MULTILINE)
