"""The page of the ledger, used in a browser and without scripts; and where figures say they are
from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from analysis.ledger import store
from analysis.ledger.estimate import Estimate
from analysis.ledger.figures import as_csv, figures, value
from analysis.ledger.records import Measurement
from analysis.presentation import sources
from analysis.presentation.sources import MEASUREMENTS_VARIABLE, Source
from analysis.site import ledger
from analysis.site.runs import every_run
from tests.kinds.examples import shard_sizes
from tests.shared import REPOSITORY
from tests.site.browser import VIEWS, opened
from tests.site.pages import PAGES

PAGE = "report/ledger.html"
WIDE = VIEWS[0]
PROGRAM = Path(sys.executable).with_name("latent-storage")
KIND, FIGURE = "encode-throughput", "autoencoders[project/linear-f32c32].gflop_per_frame"

WITHOUT_A_SOURCE_LINE = {"tbl-symbols": "says what the letters of the equations stand for"}


@pytest.fixture(scope="module")
def runs() -> list[Source[Measurement]]:
    """The committed runs, newest first."""
    return list(every_run())


def of(kind: str, runs: list[Source[Measurement]]) -> list[Source[Measurement]]:
    return [source for source in runs if source.measurement.kind == kind]


@contextmanager
def at(browser: Browser, address: str, query: str = "") -> Iterator[Page]:
    """The page with a query or a fragment, which has to give no error."""
    problems: list[str] = []
    with opened(browser, f"{address}/{PAGE}{query}", WIDE, problems) as page:
        yield page
    assert problems == []


def shown_runs(page: Page) -> list[str]:
    return [
        str(entry.get_attribute("data-run")) for entry in page.locator("details.run:visible").all()
    ]


def rows(table: Locator) -> list[list[str]]:
    return [row.locator("td").all_inner_texts() for row in table.locator("tbody tr").all()]


def test_runs_are_filtered_and_counted(
    browser: Browser, report_address: str, runs: list[Source[Measurement]]
) -> None:
    wanted = [source.measurement.run.id for source in of(KIND, runs)]
    with at(browser, report_address) as page:
        assert len(shown_runs(page)) == len(runs)
        filters = page.locator("#run-filters")
        filters.get_by_label("Kind").select_option(KIND)
        assert shown_runs(page) == wanted
        expect(filters.locator("output")).to_have_text(f"{len(wanted)} of {len(runs)} runs")
        machine = ledger.machine(runs[0].measurement.host)
        filters.get_by_label("Kind").select_option("")
        filters.get_by_label("Machine").select_option(machine)
        assert shown_runs(page) == [
            source.measurement.run.id
            for source in runs
            if ledger.machine(source.measurement.host) == machine
        ]
        filters.get_by_role("button", name="Show all").click()
        expect(filters.locator("output")).to_have_text(f"{len(runs)} runs")
        assert len(shown_runs(page)) == len(runs)
        assert "?" not in page.url


def test_the_address_restores_filters_and_the_back_button_undoes_them(
    browser: Browser, report_address: str, runs: list[Source[Measurement]]
) -> None:
    wanted = [source.measurement.run.id for source in of(KIND, runs)]
    with at(browser, report_address, f"?kind={KIND}&profile=full") as page:
        assert shown_runs(page) == wanted
        page.locator("#run-filters").get_by_label("Kind").select_option("claims")
        assert "kind=claims" in page.url
        page.go_back()
        expect(page.locator("#run-filters").get_by_label("Kind")).to_have_value(KIND)
        assert shown_runs(page) == wanted
        page.go_forward()
        expect(page.locator("#run-filters").get_by_label("Kind")).to_have_value("claims")


def test_a_link_to_a_run_opens_it_whatever_is_filtered(
    browser: Browser, report_address: str, runs: list[Source[Measurement]]
) -> None:
    source = of(KIND, runs)[0]
    with at(browser, report_address, f"?kind=claims#{source.anchor}") as page:
        entry = page.locator(f"#{source.anchor}")
        expect(entry).to_have_attribute("open", "")
        expect(entry.get_by_text(source.command)).to_be_visible()
        for item in source.measurement.inputs:
            expect(entry.get_by_text(item.sha256)).to_be_visible()


def test_a_figure_is_drawn_and_listed_as_the_files_have_it(
    browser: Browser, report_address: str, runs: list[Source[Measurement]]
) -> None:
    kind = "claims"
    figure = "claims[doom-bits-per-pixel].figures[b, native (H.264 (High))].measured"
    found = [
        (source.measurement.run, numbers[figure])
        for source in reversed(of(kind, runs))
        if figure in (numbers := figures(source.measurement))
    ]
    assert len(found) > 1
    with at(browser, report_address) as page:
        form = page.locator("#history")
        form.get_by_label("Kind").select_option(kind)
        form.get_by_label("Find a figure").fill("doom-bits native measured")
        form.get_by_label("Figure", exact=True).select_option(figure)
        expect(form.locator("output")).to_contain_text(f"{len(found)} of")
        page.wait_for_function(
            "(name) => document.getElementById('history-plot').ariaLabel?.includes(name)",
            arg=figure,
        )
        table = page.locator("#history-table")
        assert [row[0] for row in rows(table)] == [
            f"{run.created:%Y-%m-%d %H:%M}" for run, _ in found
        ]
        address = page.url
    with at(browser, report_address, address.removeprefix(f"{report_address}/{PAGE}")) as page:
        expect(page.locator("#history").get_by_label("Figure", exact=True)).to_have_value(figure)
        page.wait_for_selector("#history-plot .main-svg")
        drawn = page.evaluate(
            "[...document.getElementById('history-plot').data].flatMap((trace) =>"
            " trace.x.map((x, i) => [x, trace.y[i], trace.error_y.array[i]]))"
        )
    assert sorted(drawn) == [
        [f"{run.created:%Y-%m-%dT%H:%M:%SZ}", value(number), pytest.approx(above(number))]
        for run, number in found
    ]


def above(number: float | Estimate) -> float:
    high = number.high if isinstance(number, Estimate) else None
    return (value(number) if high is None else high) - value(number)


PAIRS = [("latent-codecs", 1, 0), ("encode-throughput", 2, 0), ("claims", -1, 0), ("claims", 1, 1)]


@pytest.mark.parametrize(("kind", "first", "second"), PAIRS)
def test_the_page_finds_the_differences_that_the_command_line_finds(
    browser: Browser,
    report_address: str,
    runs: list[Source[Measurement]],
    kind: str,
    first: int,
    second: int,
) -> None:
    pair = [of(kind, runs)[place] for place in (first, second)]
    done = subprocess.run(
        [PROGRAM, "compare", *(source.path for source in pair), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    with at(browser, report_address) as page:
        found = page.evaluate(
            """async (ids) => {
              const { RUNS, figuresOf } = await import("./assets/ledger/runs.js");
              const { differences } = await import("./assets/ledger/differences.js");
              const run = (id) => RUNS.find((run) => run.entry.id === id);
              return differences(...(await Promise.all(ids.map((id) => figuresOf(run(id))))));
            }""",
            [source.anchor for source in pair],
        )
    assert [without_unit(row) for row in found] == [
        as_in_the_page(row) for row in json.loads(done.stdout)
    ]


def without_unit(row: dict[str, Any]) -> dict[str, Any]:
    """A difference as the page's script has it, its numbers without their units."""
    sides = {side: row.get(side) for side in ("first", "second")}
    return row | {
        side: number and {key: number[key] for key in ("value", "low", "high", "n")}
        for side, number in sides.items()
    }


def as_in_the_page(row: dict[str, Any]) -> dict[str, Any]:
    """A difference of the command line, with plain numbers as sampled ones without a sample."""

    def side(number: Any) -> Any:
        plain = None if number is None else {"value": number, "low": None, "high": None, "n": None}
        return number if isinstance(number, dict) else plain

    return row | {name: side(row[name]) for name in ("first", "second")}


def test_two_runs_are_listed_by_what_differs_or_whole(
    browser: Browser, report_address: str, runs: list[Source[Measurement]]
) -> None:
    newer, older = of("claims", runs)[0], of("claims", runs)[-1]
    one, other = figures(older.measurement), figures(newer.measurement)
    only = [name for name in other if name not in one]
    assert only
    query = f"?compare=claims&first={older.measurement.run.id}&second={newer.measurement.run.id}"
    with at(browser, report_address, query) as page:
        form, table = page.locator("#compare"), page.locator("#compare-table")
        expect(form.locator("output")).to_contain_text("figures differ beyond sampling")
        differing = rows(table)
        assert {row[5] for row in differing} <= {
            "differs",
            "only in the first",
            "only in the second",
        }
        assert {row[0] for row in differing} >= set(only)
        form.get_by_label("also what does not differ").check()
        assert "show=all" in page.url
        expect(page.locator("#compare-command")).to_have_text(
            "reproduce: latent-storage compare "
            + " ".join(f"measurements/claims/{source.path.name}" for source in (older, newer))
        )
        listed = rows(table)
        assert [row[0] for row in listed] == [*dict.fromkeys([*one, *other])]
        assert "equal" in {row[5] for row in listed}
        page.go_back()
        expect(form.get_by_label("also what does not differ")).not_to_be_checked()
        form.get_by_label("Kind").select_option(KIND)
        expect(table).to_contain_text("autoencoders[")
        expect(form.get_by_label("Second run")).to_have_value(of(KIND, runs)[0].measurement.run.id)


def test_without_scripts_every_run_is_listed_and_opens(
    browser: Browser, report_address: str, runs: list[Source[Measurement]]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{report_address}/{PAGE}")
        assert len(shown_runs(page)) == len(runs)
        assert not page.locator("form:visible").count()
        entry = page.locator(f"#{runs[0].anchor}")
        entry.locator("summary").click()
        expect(entry.get_by_role("link", name="CSV")).to_be_visible()
        expect(page.get_by_text("needs JavaScript").first).to_be_visible()
    finally:
        context.close()


def test_every_run_has_its_csv_beside_its_json(
    report_site: Path, runs: list[Source[Measurement]]
) -> None:
    pages = (report_site / PAGE).parent
    for source in runs:
        assert (pages / source.link).read_bytes() == source.path.read_bytes()
        assert (pages / source.csv).read_text(encoding="utf-8") == as_csv(source.measurement)


def test_the_csv_are_those_of_the_ledgers_that_the_pages_read(tmp_path: Path) -> None:
    run = shard_sizes(datetime(2026, 5, 4, tzinfo=UTC))
    store.write(run, tmp_path / "ledger")
    subprocess.run(
        [sys.executable, "report/write_csv.py"],
        cwd=REPOSITORY,
        env=os.environ
        | {
            MEASUREMENTS_VARIABLE: str(tmp_path / "ledger"),
            "QUARTO_PROJECT_OUTPUT_DIR": str(tmp_path / "site"),
        },
        check=True,
    )
    (written,) = tmp_path.glob("site/**/*.csv")
    assert written == tmp_path / "site" / "measurements" / "shard-sizes" / f"{run.run.id}.csv"
    assert written.read_text(encoding="utf-8") == as_csv(run)


def test_a_run_that_two_ledgers_hold_is_listed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = shard_sizes()
    fresh, kept = (store.write(run, tmp_path / name) for name in ("fresh", "kept"))
    later = store.write(shard_sizes(datetime(2026, 5, 4, tzinfo=UTC)), kept.parents[1])
    ledgers = os.pathsep.join(str(path.parents[1]) for path in (fresh, kept))
    monkeypatch.setenv(MEASUREMENTS_VARIABLE, ledgers)
    listed = every_run.__wrapped__()
    assert [source.path for source in listed] == [later, fresh]


@pytest.mark.parametrize("page", PAGES)
def test_every_figure_and_table_says_where_it_is_from(
    browser: Browser, report_address: str, page: str
) -> None:
    with opened(browser, f"{report_address}/{page}", WIDE, []) as open_page:
        lost = open_page.evaluate(
            """() => [...document.querySelectorAll(".quarto-float[id]")].filter((float) => {
              let at = float.closest(".panel-tabset") ?? float;  // tabs share a line below them
              const last = () => !at.nextElementSibling && at.parentElement.tagName !== "MAIN";
              while (last()) at = at.parentElement;
              return !at.nextElementSibling?.querySelector(".source");
            }).map((float) => float.id)"""
        )
    assert [name for name in lost if name not in WITHOUT_A_SOURCE_LINE] == []


def recorded(command: str, study: str = "study.toml") -> Source[Measurement]:
    """A run that was made by a command."""
    run = shard_sizes()
    return Source(
        Path("run.json"),
        run.model_copy(
            update={
                "run": run.run.model_copy(update={"command": command}),
                "parameters": run.parameters.model_copy(update={"study": study}),
            }
        ),
    )


@pytest.mark.parametrize(
    ("command", "study", "again"),
    [
        ("measure", "study.toml", "measure shard-sizes --profile full --study study.toml"),
        (
            "measure claims shard-sizes --study 'my study.toml' --out elsewhere",
            "my study.toml",
            "measure shard-sizes --profile full --study 'my study.toml'",
        ),
        (
            "measure --device=cuda --latents s3://bucket/latents",
            "study.toml",
            "measure shard-sizes --device cuda --latents s3://bucket/latents --profile full"
            " --study study.toml",
        ),
        ("train autoencoder x --out y", "study.toml", "train autoencoder x --out y"),
    ],
)
def test_the_command_repeats_that_run_alone(command: str, study: str, again: str) -> None:
    assert recorded(f"latent-storage {command}", study).command == f"latent-storage {again}"


def test_a_source_line_leads_to_the_run_where_the_ledger_has_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = recorded("latent-storage measure")
    monkeypatch.chdir(tmp_path)
    assert "ledger.qmd" not in source.line().data
    Path("ledger.qmd").touch()
    assert f"[run](ledger.qmd#{source.anchor})" in source.line().data


def test_a_modelled_line_says_how_to_repeat_the_figure() -> None:
    assert "`latent-storage ratio --autoencoder" in sources.modelled("storage_ratio", "x").data
    assert "`latent-storage site`" in sources.modelled("encoding_hours", "x").data
    assert "reproduce: `own`" in sources.modelled("storage_ratio", "x", "own").data


def test_runs_without_a_second_of_their_kind_are_not_compared() -> None:
    assert ledger.compare_form([recorded("latent-storage measure")]).data == (
        "No kind has two runs yet."
    )


def test_what_a_run_says_cannot_break_the_page() -> None:
    source = recorded("latent-storage measure", 'a"><script>alert(1)</script>')
    said = ledger.entries([source]).data
    assert "<script>" not in said
    assert "&lt;script&gt;" in said
