"""The prose of a page's source, and the numerals in it that no code put there."""

import ast
import re
from collections.abc import Iterator

import yaml

# What is read as a name or a fixed expression, with the reason why it may stand in prose.
EXCEPTIONS: dict[str, str] = {
    r"\bMP4\b|\bH\.26[45]\b|\bMPEG-4 Part 2\b|\bx26[45]\b|\b(SVT-)?AV1\b": "codecs and formats",
    r"\b(bf|fp|b?float|u?int)(8|16|32)\b": "number formats",
    r"\bf\d+(t\d+)?c\d+\b|\bCV8x8x8\b|\bWan2?\.\d\b": "names of autoencoders",
    r"\b(144|240|360|480|720|1080)p\b": "names of resolutions",
    r"\b8-bit\b": "the kind of picture that video is decoded to",
    r"\b95 % interval": "the level of every interval on the site",
    r"\b3 × H × W\b": "the colours of a frame, as in the equations",
    r"\bWCAG 2\.2\b|\bSHA-256\b": "names of standards",
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December) "
    r"20\d\d\b": "dates",
}

_CELL = re.compile(r"^```+\s*\{python\}.*?^```+\s*$", re.MULTILINE | re.DOTALL)
_HTML = re.compile(r"^(```+)\s*\{=html\}\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
_FENCED = re.compile(r"^(```+).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_NOT_PROSE = (
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"<(style|script)\b.*?</\1>", re.DOTALL),
    re.compile(r"\$\$.*?\$\$", re.DOTALL),
    re.compile(r"(`+).+?\1", re.DOTALL),  # code, inline values among it
    re.compile(r"\$[^$\n]+(\n[^$\n]+)?\$"),
    re.compile(r"\]\([^)]*\)"),  # the target of a link
    re.compile(r"\{[#.][^}]*\}"),  # attributes
    re.compile(r"\[[^\[\]]*@[^\[\]]*\]"),  # citations, with sections of what they cite
    re.compile(r"-?@[\w:-]+"),
    re.compile(r"</?[a-zA-Z][^>]*>"),
    re.compile(r"^\{\{<.*>\}\}$", re.MULTILINE),
    re.compile(r"&#?\w+;"),
)
_NUMERAL = re.compile(r"[^\s()\[\]“”\"]*\d[^\s()\[\]“”\"]*")
_TYPED = re.compile(r"(?<![^\s(])\d[^\s()]*")
_CAPTIONS = ("fig-cap", "tbl-cap")
_FRONT = ("title", "subtitle", "description")


def prose(source: str) -> Iterator[str]:
    """Yield the pieces of a page's source that a reader reads as they stand there.

    Front matter's title and description, captions, text, and the text of HTML and of drawings.
    """
    front, body = _split(source)
    yield from (str(front[key]) for key in _FRONT if key in front)
    for cell in _CELL.findall(body):
        options = "\n".join(line[2:] for line in cell.splitlines() if line.startswith("#|"))
        values = yaml.safe_load(options) or {}
        yield from (str(values[key]) for key in _CAPTIONS if key in values)
    body = _CELL.sub("", body)
    body = _HTML.sub(r"\2", body)
    yield _FENCED.sub("", body)


def literals(source: str) -> Iterator[str]:
    """Yield the texts in a page's cells: headers, names and words that code passes on as typed."""
    for cell in _CELL.findall(source):
        code = "\n".join(line for line in cell.splitlines()[1:-1] if not line.startswith("#|"))
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def numerals(source: str) -> list[str]:
    """List the numerals of a page's prose and of the texts in its cells, with words around them.

    In a cell only what begins with a digit counts: names and formats ("wan-2.1", ".1%") do not.
    """
    found = [words for piece in prose(source) for words in _numerals(piece, _NUMERAL)]
    return found + [words for text in literals(source) for words in _numerals(text, _TYPED)]


def _numerals(piece: str, numeral: re.Pattern[str]) -> Iterator[str]:
    for pattern in _NOT_PROSE:
        piece = pattern.sub(" ", piece)
    words = " ".join(piece.split())
    for name in EXCEPTIONS:
        words = re.sub(name, " ", words)
    for match in numeral.finditer(words):
        start, end = max(0, match.start() - 40), match.end() + 20
        yield f"{match[0]!r} in “{words[start:end]}”"


def _split(source: str) -> tuple[dict[str, object], str]:
    match = re.match(r"---\n(.*?)\n---\n", source, re.DOTALL)
    if match is None:
        return {}, source
    front = yaml.safe_load(match[1])
    return (front if isinstance(front, dict) else {}), source[match.end() :]
