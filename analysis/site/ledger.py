"""The page of the ledger: every run with its provenance, and the forms that choose among them.

All of it is HTML that reads without JavaScript; `report/assets/ledger.js` shows the forms, filters
the runs and draws figures over them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape

from IPython.display import Markdown

from analysis.kinds.registry import kinds
from analysis.ledger import store
from analysis.ledger.records import Host, Input, Measurement
from analysis.presentation.sources import Source, folders
from analysis.presentation.text import duration, number

Runs = Sequence[Source[Measurement]]

GIB = 2**30
"""Memory is sold and reported in these."""


def machine(host: Host) -> str:
    """A machine in a few words: "AMD EPYC, 2 cores (5bce98f7)"."""
    parts = [host.cpu, f"{host.cores} cores", *([host.gpu] if host.gpu else [])]
    return f"{', '.join(parts)} ({host.name})"


def filters(runs: Runs) -> Markdown:
    """The form that filters the entries; hidden until a script can answer it."""
    chosen = {
        "kind": _kinds(runs),
        "machine": _counted(machine(source.measurement.host) for source in runs),
        "profile": _counted(source.measurement.run.profile for source in runs),
    }
    selects = "".join(
        _select("run", name.capitalize(), name, {"": "all", **options})
        for name, options in chosen.items()
    )
    return _html(
        '<form class="ledger-form" id="run-filters" aria-label="Filter the runs" hidden>'
        f'{selects}<button type="reset">Show all</button>'
        f'<output aria-live="polite">{len(runs)} runs</output></form>'
    )


def _kinds(runs: Runs) -> dict[str, str]:
    """The kinds of these runs, in the order of measuring, with how many there are."""
    found = [source.measurement.kind for source in runs]
    return _counted(kind for kind in kinds() for _ in range(found.count(kind)))


def entries(runs: Runs) -> Markdown:
    """All runs, each a line that opens."""
    newest = {paths[-1] for kind in kinds() if (paths := _of_the_first_ledger(kind))}
    return _html("\n".join(_entry(source, source.path in newest) for source in runs))


def history_form(runs: Runs) -> Markdown:
    """Choose a figure of a kind; where it is drawn and listed over the runs."""
    return _html(
        '<form class="ledger-form" id="history" aria-label="Choose a figure" hidden>'
        + _select("history", "Kind", "history", _kinds(runs))
        + _search("history")
        + _select("history", "Figure", "figure", {}, "wide")
        + '<output aria-live="polite"></output></form>'
        '<div id="history-plot"></div>'
        + _table_place("history-table", "The figure over the runs")
        + _without_scripts("The chart of a figure over runs")
    )


def compare_form(runs: Runs) -> Markdown:
    """Choose two runs of a kind; where their figures are held against each other."""
    counts = Counter(source.measurement.kind for source in runs)
    several = [source for source in runs if counts[source.measurement.kind] > 1]
    if not several:
        return Markdown("No kind has two runs yet.")
    return _html(
        '<form class="ledger-form" id="compare" aria-label="Choose two runs" hidden>'
        + _select("compare", "Kind", "compare", _kinds(several))
        + _select("compare", "First run", "first", {}, "wide")
        + _select("compare", "Second run", "second", {}, "wide")
        + _search("compare")
        + '<div class="ledger-check"><input id="compare-show" name="show" type="checkbox">'
        '<label for="compare-show">also what does not differ</label></div>'
        '<output aria-live="polite"></output></form>'
        + _table_place("compare-table", "Two runs, figure by figure")
        + '<p><span class="source" id="compare-command"></span></p>'
        + _without_scripts("The comparison in the page")
    )


def _of_the_first_ledger(kind: str) -> list[object]:
    """The runs of a kind in the ledger that pages take theirs from, oldest first."""
    found = (store.runs([folder], kind) for folder in folders())
    return list(next((paths for paths in found if paths), []))


def _entry(source: Source[Measurement], newest: bool) -> str:
    measurement = source.measurement
    run, host = measurement.run, measurement.host
    said = [
        f'<span class="run-kind">{escape(measurement.kind)}</span>',
        f'<time datetime="{run.created:%Y-%m-%dT%H:%M:%SZ}">{run.created:%-d %b %Y, %H:%M}</time>',
        f'<span class="run-newest">{"newest" if newest else ""}</span>',
        f"<span>{escape(run.profile)}</span>",
        f"<span>{escape(host.gpu or host.cpu)}, {host.cores} cores</span>",
        f"<span>{duration(run.duration_s)}</span>",
    ]
    facts = {
        "Run": f"<code>{escape(run.id)}</code>, schema <code>{escape(measurement.schema_)}</code>",
        "Files": (
            f'<a href="{escape(source.link)}">JSON</a>, '
            f'<a href="{escape(source.csv)}">CSV</a>, '
            f'<a href="{escape(source.schema)}">schema</a>'
        ),
        "Reproduce": f"<pre><code>{escape(_steps(source))}</code></pre>",
        "Commit": f"<code>{escape(run.commit)}</code>"
        + (", with changes that were not committed" if run.dirty else ""),
        "Machine": escape(
            f"{host.cpu}, {host.cores} cores, {number(host.ram_bytes / GIB)} GiB of memory, "
            f"{host.gpu or 'no GPU'}, {host.os}, Python {host.python}; "
            f"the hash of its name is {host.name}"
        ),
        "Packages": escape(", ".join(f"{name} {text}" for name, text in host.packages.items())),
    }
    listed = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in facts.items())
    return (
        f'<details class="run" id="{escape(source.anchor)}" '
        f'data-run="{escape(run.id)}" data-kind="{escape(measurement.kind)}" '
        f'data-machine="{escape(machine(host))}" data-profile="{escape(run.profile)}" '
        f'data-created="{run.created:%Y-%m-%dT%H:%M:%SZ}" '
        f'data-json="{escape(source.link)}" data-csv="{escape(source.csv)}">'
        f"<summary>{' '.join(said)}</summary><dl>{listed}</dl>{_inputs(measurement.inputs)}"
        "</details>"
    )


def _steps(source: Source[Measurement]) -> str:
    """The commands that repeat a run on the code that it was made with."""
    return "\n".join([*_code(source.measurement.run.commit), source.command])


def _code(commit: str) -> list[str]:
    """The command that gets the code of a commit or a release, where it is known."""
    package, _, release = commit.partition(" ")
    if release:
        return [f"pip install {package}=={release}"]
    return [] if commit == "unknown" else [f"git switch --detach {commit}"]


def _inputs(inputs: Sequence[Input]) -> str:
    columns = {
        "input": _LEFT,
        "kind": _LEFT,
        "episodes": _RIGHT,
        "frames": _RIGHT,
        "bytes": _RIGHT,
        "sha256": _LEFT,
    }
    head = "".join(f'<th scope="col"{style}>{name}</th>' for name, style in columns.items())
    rows = "".join(
        f"<tr><td>{escape(item.name)}</td><td>{escape(item.kind)}</td>"
        f"<td{_RIGHT}>{_count(item.episodes)}</td><td{_RIGHT}>{_count(item.frames)}</td>"
        f"<td{_RIGHT}>{item.bytes:,}</td><td><code>{escape(item.sha256)}</code></td></tr>"
        for item in inputs
    )
    return (
        f"<table><caption>Inputs</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


_LEFT = ""
_RIGHT = ' style="text-align: right"'


def _count(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _counted(values: Iterable[str]) -> dict[str, str]:
    """Options in the order of their first appearance, with how many runs there are of each."""
    return {value: f"{value} ({count})" for value, count in Counter(values).items()}


def _select(form: str, label: str, name: str, options: dict[str, str], look: str = "") -> str:
    listed = "".join(
        f'<option value="{escape(value)}">{escape(text)}</option>'
        for value, text in options.items()
    )
    id = f"{form}-{name}"
    return (
        f'<div class="ledger-control {look}"><label for="{id}">{label}</label>'
        f'<select id="{id}" name="{name}">{listed}</select></div>'
    )


def _search(form: str) -> str:
    id = f"{form}-find"
    return (
        f'<div class="ledger-control"><label for="{id}">Find a figure</label>'
        f'<input id="{id}" type="search" name="find" autocomplete="off"></div>'
    )


def _table_place(id: str, name: str) -> str:
    named = f'id="{id}" role="region" aria-label="{name}"'
    return f'<div class="table-scroll" {named} tabindex="0" hidden></div>'


def _without_scripts(what: str) -> str:
    """Said until a script shows the form before it."""
    return (
        f'<p class="without-scripts">{what} needs JavaScript; '
        "the CSV of each run has the same figures.</p>"
    )


def _html(text: str) -> Markdown:
    return Markdown(f"```{{=html}}\n{text}\n```")
