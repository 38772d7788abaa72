"""The prose of a page's source, and the numerals and directions in it that no code put there."""

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

# Words with a direction. Where a page says them of figures, code has to choose them.
DIRECTION = re.compile(
    r"\b(smaller|larger|fewer|faster|slower|sooner|better|worse|cheaper|dearer|steeper|above|below|"
    r"(more|less) than|(beat|win|fall|rise|grow|shrink|gain|lose|save|pay)s?|most of|nearly|hardly|"
    r"far|widely|negligible)\b",
    re.IGNORECASE,
)

# Phrases with such a word that say no result, by the reason why they may stand in prose.
NO_RESULT: dict[str, tuple[str, ...]] = {
    "how a chart or a table is read": (
        "Where a line of video runs below a level line, the video is the smaller one",
        "above it the latents are smaller, below it the video is",
        "Below one, latents are smaller without any temporal compression",
        "Below one, latents are the smaller ones",
        "Where the points lie above the dashed line, latents are smaller than",
        "Left of a recording's line, latents are smaller than",
        "R below one means that its latents are smaller than",
        "below one. Published shapes",
        "Points of latents below a curve take more bits",
        "p and to the left is better",
        "Above one, the video that is as good takes less",
        "Below zero the first encoder saves bits: how many it takes more or fewer",
        "Further left is smaller",
        "a larger point is decoded faster",
        "Further up reads faster, further left is smaller",
        "A line that rises adds its errors up",
        "The longer a bar, the faster",
        "those below their entropy",
    ),
    "what a question, a threshold or a bound is about": (
        "Which is smaller for a video dataset",
        "see which is smaller, by how much",
        "How much temporal compression makes latents smaller",
        "latents need to be smaller than",
        "whole factor that makes latents the smaller ones",
        "on they are smaller than the video",
        "Latents are smaller than the video from on; the smallest *whole* above it",
        "smallest whole strictly above",
        "Which autoencoders beat which recording",
        "How far the note's guesses are off",
        "How far the note's methods drift",
        "how far it moves between",
        "How steeply each encoding falls",
        "What larger batches bring",
        "What a model pays",
        "What a decode has to beat",
        "where an encoder takes fewer bytes for a game",
        "What the latents lose against the video",
        "Whether the decode is worse on games",
        "saves bytes at equal quality only where its decode is better than this",
        "An autoencoder may do better on maps",
        "How much a better coder could still save",
        "Which lossless codecs find more than the frequencies",
    ),
    "what follows from a definition": (
        "helps only where channels do not grow with it",
        "a larger picture resemble each other more, so a codec can do with fewer bits",
        "short clip gets less than :",
        "memory does not grow with the length",
        "no error can grow",
        "keeps zero but loses what is beyond",
        "only those that look at more than one value can go below it",
        "cannot go below the entropy",
        "not below the conditional entropy. Whatever is below them looks at more",
        "static below , without a step",
        "A recording holds more than video",
    ),
    "where something stands": (
        "none of the ratios above",
        "[the others follow below",
        "figures below the view",
        "the exact decode, below)",
        "at t = . Above:",
    ),
    "what the note says": ("The note finds Cosmos CV8x8x8 much smaller than",),
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


def directions(source: str) -> list[str]:
    """List the words with a direction in a page's prose that no phrase of `NO_RESULT` explains,
    with words around them."""
    found = []
    for words in map(_words, prose(source)):
        for phrase in phrases():
            words = words.replace(phrase, "…")
        found += [
            f"{match[0]!r} in “{words[max(0, match.start() - 40) : match.end() + 40]}”"
            for match in DIRECTION.finditer(words)
        ]
    return found


def phrases() -> list[str]:
    """All phrases of `NO_RESULT`."""
    return [phrase for each in NO_RESULT.values() for phrase in each]


def said(source: str) -> str:
    """A page's prose as `directions` reads it."""
    return " ".join(map(_words, prose(source)))


def _words(piece: str) -> str:
    """The words of a piece of prose alone: no code, mathematics, links or attributes."""
    for pattern in _NOT_PROSE:
        piece = pattern.sub(" ", piece)
    return " ".join(piece.split())


def _numerals(piece: str, numeral: re.Pattern[str]) -> Iterator[str]:
    words = _words(piece)
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
