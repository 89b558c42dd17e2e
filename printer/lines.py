"""Text for a printer: plain ASCII, and broken into lines where a reader would pause."""

import unicodedata

# What NFKD does not take apart. A printer's code page is a lottery, so nothing but ASCII is sent.
SPELLED = str.maketrans(
    {
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
        "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u2032": "'", "\u201c": '"', "\u201d": '"', "\u2033": '"',
        "\u00ab": '"', "\u00bb": '"', "\u2022": "-", "\u00b7": "-", "\u00b1": "+/-", "\u00d7": "x", "\u00f7": "/",
        "\u00df": "ss", "\u00e6": "ae", "\u00c6": "AE", "\u00f8": "o", "\u00d8": "O", "\u0111": "d", "\u0142": "l",
        "\u20ac": "EUR", "\u2190": "<-", "\u2192": "->",
    }
)  # fmt: skip
UNPRINTABLE = dict.fromkeys((*range(0x20), 0x7F), "?")
# A sentence that needs two lines is broken before these words, if both halves then fit.
PAUSES = ("sampai ", "untuk ", "to ", "Tell ", "KAB. ")


def to_ascii(text: str) -> str:
    """One line of printable ASCII; accents are dropped, what has no plain form becomes '?'."""
    plain = unicodedata.normalize("NFKD", text.translate(SPELLED))
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(kept.encode("ascii", "replace").decode("ascii").split()).translate(UNPRINTABLE)


def broken(text: str, columns: int) -> list[str]:
    """The lines of `text` (ASCII), none longer than `columns`; no lines for an empty text."""
    if len(text) <= columns:
        return [text] if text else []
    if text.removesuffix(".") == text[:columns]:  # a full stop is not worth a line
        return [text[:columns]]
    for pause in PAUSES:
        first, found, rest = text.partition(f" {pause}")
        if found and len(first) <= columns and len(pause + rest) <= columns:
            return [first, pause + rest]
    return _filled(text, columns)


def shortened(text: str, columns: int, lines: int) -> list[str]:
    """As broken(), at most `lines`: what does not fit ends in dots."""
    whole = broken(text, columns)
    if len(whole) <= lines:
        return whole
    last = whole[lines - 1][: columns - 3].rstrip(" ,") + "..."
    return [*whole[: lines - 1], last]


def listed(items: list[str], columns: int, lines: int, sentence: str, rest: str) -> list[str]:
    """`sentence` with as many whole items as fit, and how many more there are.

    `sentence` holds {papers}, `rest` holds {n}: "Siapkan: {papers}" and "{n} lagi".
    """
    for shown in range(len(items), 0, -1):
        more = [rest.format(n=len(items) - shown)] if shown < len(items) else []
        fitted = broken(sentence.format(papers=", ".join([*items[:shown], *more])), columns)
        if len(fitted) <= lines:
            return fitted
    return shortened(sentence.format(papers=", ".join(items)), columns, lines)


def _pieces(text: str, columns: int) -> list[str]:
    """The words; one longer than a line is cut."""
    return [word[at : at + columns] for word in text.split() for at in range(0, len(word), columns)]


def _filled(text: str, columns: int) -> list[str]:
    lines, line = [], ""
    for word in _pieces(text, columns):
        longer = f"{line} {word}".strip()
        if len(longer) <= columns:
            line = longer
        else:
            lines.append(line)
            line = word
    return [*lines, line] if line else lines
