"""The tab *Methods*: a card for each method of the registry."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

import gradio as gr

from demo import text_methods as words
from demo.components.markup import heading
from demo.method_facts import Facts, Figures, find_facts
from demo.site import Site

QUIET = {"show_progress": "hidden", "api_visibility": "private"}


def build(site: Site) -> None:
    """Draw the tab; speeds and samples are looked up when it is opened."""

    def cards() -> str:
        speeds, samples = site.services.speeds, site.welcome.samples
        shown = (
            card(find_facts(name), speeds.seconds(name), samples.get(name))
            for name in site.services.engine.method_names()
        )
        return f'<div class="method-cards">{"".join(shown)}</div>'

    with gr.Tab(words.TAB, id="methods") as tab:
        gr.HTML(heading(words.HEAD, words.HINT))
        place = gr.HTML(elem_id="methods-cards")
    tab.select(cards, None, place, concurrency_limit=4, **QUIET)


def card(facts: Facts, seconds: float | None, sample: Path | None) -> str:
    """One method as HTML; whatever comes from records and cards is escaped."""
    info = facts.info
    lines = [_line(words.PAPER, _paper(facts))]
    if info.year:
        lines.append(_line(words.YEAR, escape(str(info.year))))
    lines.append(_line(words.LICENSE, _license(facts)))
    lines.append(_line(words.SPEED, escape(_speed(seconds))))
    return (
        f'<article class="card" id="methods-{escape(facts.name)}">'
        f'<h3>{escape(info.title)}</h3><p class="hint">{escape(info.summary)}</p>'
        f"{_picture(info.title, sample)}"
        f"{_tries(facts.name)}"
        f'<dl class="facts">{"".join(lines)}</dl>'
        f"{_details(words.FIGURES, facts.figures, _figures, words.NO_FIGURES)}"
        f"{_details(words.DATA, facts.card.get('data'), _data)}"
        f"{_details(words.CANNOT, facts.card.get('cannot'), _list)}"
        "</article>"
    )


def _line(title: str, html: str) -> str:
    return f"<div><dt>{escape(title)}</dt><dd>{html}</dd></div>"


def _paper(facts: Facts) -> str:
    info = facts.info
    title = escape(info.paper or words.OURS)
    if info.link.startswith("https://"):
        return f'<a href="{escape(info.link, quote=True)}" rel="noopener">{title}</a>'
    return title


def _license(facts: Facts) -> str:
    terms = facts.info.weights_license or facts.card.get("license") or words.NO_WEIGHTS
    extra = f" {words.NON_COMMERCIAL}" if facts.card.get("non_commercial") else ""
    return escape(f"{terms}{extra}")


def _speed(seconds: float | None) -> str:
    return words.NOT_MEASURED if seconds is None else words.speed(seconds)


def _picture(title: str, sample: Path | None) -> str:
    if sample is None:
        return ""
    address = escape(f"gradio_api/file={sample}", quote=True)
    return f'<img src="{address}" alt="{escape(words.sample_alt(title))}" loading="lazy">'


def _tries(name: str) -> str:
    links = (("reenact", words.TRY), ("compare", words.COMPARE))
    return '<p class="tries">{}</p>'.format(
        "".join(
            f'<a class="try" href="?tab={tab}&amp;method={escape(name)}&amp;example=1">{label}</a>'
            for tab, label in links
        )
    )


def _details(title: str, content: object, draw: Callable, empty: str = "") -> str:
    """A part that opens; left out where there is nothing to say."""
    if not content:
        return f'<p class="hint">{escape(empty)}</p>' if empty else ""
    return f"<details><summary>{escape(title)}</summary>{draw(content)}</details>"


def _list(lines: list) -> str:
    return "<ul>{}</ul>".format("".join(f"<li>{escape(str(line))}</li>" for line in lines))


def _data(sets: list) -> str:
    """Data sets of a model card: what they are, and their licence."""
    dicts = (one if isinstance(one, dict) else {"what": one} for one in sets)
    return _list([". ".join(str(d[k]) for k in ("what", "license") if d.get(k)) for d in dicts])


def _figures(found: tuple[Figures, ...]) -> str:
    tables = "".join(_table(figures) for figures in found)
    return f'<p class="hint">{escape(words.FIGURES_HINT)}</p>{tables}'


def _table(figures: Figures) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(title)}</th><td>{escape(value)}</td></tr>'
        for title, value in figures.rows
    )
    said = [words.PARTIAL] * figures.is_partial + [words.SEEN] * figures.was_seen
    note = f'<p class="hint">{escape(" ".join(said))}</p>' if said else ""
    return f"<table><caption>{escape(figures.protocol)}</caption>{rows}</table>{note}"
