"""An office's staffing advice in sentences, a table and a chart, weekday by weekday."""

from datetime import time
from typing import Any

import words
from office.hours import WEEKDAYS
from office.profile import Profile
from office.staffing import DAYS_LEAST, WEEKDAY_LEAST

#: the chart's own units
COLUMN, BAR, HEIGHT, TOP = 84, 26, 90, 4


def shown(profile: Profile, advice: dict[str, Any] | None, lang: str) -> dict[str, Any]:
    """{unknown, weekdays: [{name, says, blocks, ifs, chart}]}; `unknown`: why nothing is advised yet."""
    days = advice["days"] if advice else 0
    if advice is None or days < DAYS_LEAST:
        return {"unknown": words.say(lang, "staff.unknown", n=days, m=DAYS_LEAST), "weekdays": []}
    worked = [n for n, key in enumerate(WEEKDAYS) if profile.schedule.week.get(key)]
    return {"unknown": None, "weekdays": [_weekday(n, advice["weekdays"].get(str(n)), lang) for n in worked]}


def _weekday(number: int, made: dict[str, Any] | None, lang: str) -> dict[str, Any]:
    name = words.WORDS[lang][f"day.{number + 1}"]
    if made is None:
        return {"name": name, "says": [words.say(lang, "staff.weekday_unknown", n=WEEKDAY_LEAST)], "blocks": [], "ifs": [], "chart": None}
    return {
        "name": name, "days": words.say(lang, "staff.days", n=made["days"]), "says": _says(made, lang),
        "blocks": [_block(made, n, lang) for n in range(len(made["blocks"]))],
        "ifs": [_if(made, one, lang) for one in made["ifs"]], "chart": _chart(made),
    }  # fmt: skip


def _says(made: dict[str, Any], lang: str) -> list[str]:
    """What to change and what it would bring, with how far that may be off."""
    now, then = made["now"], made["advised"]
    if now["plan"] == then["plan"]:
        said = [words.say(lang, "staff.enough" if made["is_enough"] else "staff.no_better"),
                words.say(lang, "staff.now", now=_minutes(now["wait"]))]
    else:
        said = [words.say(lang, "staff.change", **_span(block), load=_load(block["load"], lang), open=block["open"], n=block["advised"])
                for block in made["blocks"] if block["open"] != block["advised"]]
        said.append(words.say(lang, "staff.result", then=_minutes(then["wait"]), now=_minutes(now["wait"])))
    said.append(words.say(lang, "staff.range", low=_minutes(then["low"]), high=_minutes(then["high"])))
    if max(then["plan"]) > made["counters"]:
        said.append(words.say(lang, "staff.over", n=made["counters"]))
    if now["late"]:
        said.append(words.say(lang, "staff.late", n=round(now["late"] * made["days"]), m=made["days"]))
    return said


def _block(made: dict[str, Any], nth: int, lang: str) -> dict[str, Any]:
    block = made["blocks"][nth]
    waits = [made[plan]["by_block"][nth] for plan in ("now", "advised")]
    return {
        "time": words.say(lang, "staff.span", **_span(block)), "load": _load(block["load"], lang), "open": block["open"],
        "advised": block["advised"], "waits": ["-" if wait is None else _minutes(wait) for wait in waits],
    }  # fmt: skip


def _if(made: dict[str, Any], one: dict[str, Any], lang: str) -> str:
    values = {"now": _minutes(made["now"]["wait"]), "then": _minutes(one["wait"])}
    if one["add"] is None:
        return words.say(lang, "staff.if_drop", **_span(made["blocks"][one["drop"]]), **values)
    span = _span(made["blocks"][one["add"]])
    if one["drop"] is None:
        return words.say(lang, "staff.if_add", **span, **values)
    of = _span(made["blocks"][one["drop"]])
    return words.say(lang, "staff.if_move", **span, c=of["a"], d=of["b"], **values)


def _chart(made: dict[str, Any]) -> dict[str, Any]:
    """Two bars a block, open and advised, and the work that comes as a line across them; numbers stand on the bars."""
    highest = max(max(one["open"], one["advised"], one["load"]) for one in made["blocks"])
    unit, bars, loads = (HEIGHT - TOP) / highest, [], []
    for nth, block in enumerate(made["blocks"]):
        left = nth * COLUMN + 10
        for place, name in enumerate(("open", "advised")):
            height = block[name] * unit
            bars.append({"name": name, "n": block[name], "x": left + place * (BAR + 4), "y": round(HEIGHT - height, 1),
                         "height": round(height, 1), "width": BAR, "middle": left + place * (BAR + 4) + BAR / 2})  # fmt: skip
        y = round(HEIGHT - block["load"] * unit, 1)
        loads.append({"d": f"M{left - 6} {y}h{2 * BAR + 16}", "x": left + BAR + 2, "time": _span(block)["a"]})
    return {"width": COLUMN * len(made["blocks"]), "height": HEIGHT, "bars": bars, "loads": loads}


def _span(block: dict[str, Any]) -> dict[str, str]:
    return {"a": _clock(block["start"]), "b": _clock(block["end"])}


def _clock(minute: float) -> str:
    return words.clock_words(time(int(minute) // 60, int(minute) % 60))


def _minutes(wait: float) -> str:
    return str(round(wait))


def _load(load: float, lang: str) -> str:
    """With the sign that the language writes: 3,9 and 3.9."""
    return f"{load:.1f}".replace(".", "," if lang == "id" else ".")
