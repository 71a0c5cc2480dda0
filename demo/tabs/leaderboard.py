"""The tab *Leaderboard*: boards, the papers' printed figures, plot, details, exports."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import gradio as gr

from demo import text_leaderboard as words
from demo.components.board_table import CLICKS, details_html
from demo.components.markup import heading
from demo.site import Site
from demo.tabs.leaderboard_handlers import ROWS, Boards, LeaderboardHandlers, View, sort_by

QUIET = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": 4}
DOWNLOAD = """(file) => {
  if (!file) return;
  const { name, text } = JSON.parse(file);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}"""
THEME = "() => document.body.classList.contains('dark') ? 'dark' : 'light'"


@dataclass
class Parts:
    """All parts of the tab. `reverse` and `selected` are what clicks on the table choose."""

    tab: gr.Tab
    board: gr.Dropdown
    sort: gr.Dropdown
    search: gr.Textbox
    rows: gr.Dropdown
    columns: gr.CheckboxGroup
    intervals: gr.Checkbox
    table: gr.HTML
    measured: gr.Column
    details: gr.HTML
    command: gr.Code
    plot: gr.Plot
    file: gr.Textbox
    theme: gr.Textbox
    reverse: gr.State
    selected: gr.State
    exports: dict[str, gr.Button]

    @property
    def view(self) -> list[Any]:
        """What a view is made from, in the order of `_view`."""
        chosen = [self.board, self.sort, self.reverse, self.search, self.rows]
        return [*chosen, self.columns, self.intervals, self.selected]

    @property
    def shown(self) -> list[Any]:
        """What a view changes."""
        return [self.table, self.measured, self.details, self.command, self.plot]


def build(site: Site) -> None:
    """Draw the tab and connect it."""
    with gr.Tab(words.TAB, id="leaderboard", elem_id="leaderboard") as tab:
        parts = _draw(tab)
    _connect(parts, LeaderboardHandlers(Boards()))


def _draw(tab: gr.Tab) -> Parts:
    gr.HTML(heading(words.HEAD, words.HINT))
    with gr.Row(elem_id="board-choices"):
        board = gr.Dropdown(label=words.BOARD, choices=[], elem_id="board", scale=3, min_width=220)
        sort = gr.Dropdown(label=words.SORT, choices=[], elem_id="board-sort", min_width=160)
        rows = gr.Dropdown(label=words.ROWS, choices=list(ROWS), value=ROWS[0], min_width=160)
        search = gr.Textbox(
            label=words.SEARCH,
            placeholder=words.SEARCH_HINT,
            elem_id="board-search",
            max_lines=1,
            min_width=160,
        )
    with gr.Accordion(words.SHOW, open=False, elem_id="board-shown"):
        intervals = gr.Checkbox(label=words.INTERVALS, value=True, elem_id="board-intervals")
        columns = gr.CheckboxGroup(label=words.COLUMNS, choices=[], elem_id="board-columns")
    table = gr.HTML(
        f'<p class="hint">{words.LOADING}</p>', elem_id="board-table", js_on_load=CLICKS
    )
    with gr.Column(visible=False) as measured:
        with gr.Row():
            with gr.Column(min_width=320):
                details = gr.HTML(
                    details_html(None, None, is_synthetic=False), elem_id="board-details"
                )
                command = gr.Code(
                    label=words.COMMAND,
                    language="shell",
                    interactive=False,
                    visible=False,
                    wrap_lines=True,
                    lines=1,
                    max_lines=6,
                    elem_id="board-command",
                )
            with gr.Column(min_width=320):
                plot = gr.Plot(label=words.PLOT, elem_id="board-plot")
        gr.HTML(f'<p class="hint">{words.LEGEND}</p>')
    with gr.Row(elem_classes="actions"):
        exports = {
            kind: gr.Button(title, elem_id=f"export-{kind}", min_width=80)
            for kind, title in words.EXPORTS.items()
        }
    file = gr.Textbox(visible="hidden")
    theme = gr.Textbox(visible="hidden")
    state = (gr.State(False), gr.State(None))
    return Parts(
        *(tab, board, sort, search, rows, columns, intervals, table),
        *(measured, details, command, plot),
        *(file, theme, *state, exports),
    )


def _connect(parts: Parts, handlers: LeaderboardHandlers) -> None:
    choosers = [parts.sort, parts.columns, parts.reverse, parts.selected]
    news = {"inputs": [parts.theme, *parts.view], "outputs": parts.shown, **QUIET}

    def show(theme: str, *chosen: Any) -> list[Any]:
        return shown(handlers, _view(*chosen), theme)

    def opened(board: str | None) -> Any:
        choices = handlers.boards.choices()
        is_open = board in [name for _, name in choices]
        return gr.update(choices=choices, value=board if is_open else handlers.boards.first())

    def other_board(name: str) -> list[Any]:
        view = View(name)
        columns = [(c.heading, c.name) for c in handlers.columns(view)]
        sort, names = handlers.sort_column(view), handlers.measured(view)
        return [
            gr.update(choices=columns, value=sort and sort.name, visible=bool(columns)),
            gr.update(choices=columns, value=names, visible=bool(columns)),
            *(False, None),
        ]

    def first_time(name: str, columns: list[str]) -> list[Any]:
        return [gr.skip()] * len(choosers) if columns else other_board(name)

    opening = parts.tab.select(None, None, parts.theme, js=THEME, queue=False, **QUIET)
    opening = opening.then(opened, parts.board, parts.board, **QUIET)
    chosen_before = [parts.board, parts.columns]
    opening = opening.then(first_time, chosen_before, choosers, **QUIET)
    opening.then(show, **news)
    parts.board.input(other_board, parts.board, choosers, **QUIET).then(show, **news)
    quick = [parts.search.change, parts.rows.input, parts.columns.input, parts.intervals.input]
    gr.on(quick, show, trigger_mode="always_last", **news)

    def new_sort(column: str) -> bool:
        return False

    parts.sort.input(new_sort, parts.sort, parts.reverse, queue=False, **QUIET).then(show, **news)

    def head(event: gr.EventData, *chosen: Any) -> tuple[str, bool]:
        view = sort_by(_view(*chosen), str(event.sort))
        return view.sort or "", view.reverse

    clicked = parts.table.select(head, parts.view, [parts.sort, parts.reverse], **QUIET)
    clicked.then(show, **news)

    def row(event: gr.EventData) -> str:
        return str(event.row)

    parts.table.click(row, None, parts.selected, **QUIET).then(show, **news)
    for kind, button in parts.exports.items():

        def give(*chosen: Any, kind: Any = kind) -> str:
            name, text = handlers.export(_view(*chosen), kind)
            return json.dumps({"name": name, "text": text})

        done = button.click(give, parts.view, parts.file, **QUIET)
        done.then(None, parts.file, None, js=DOWNLOAD, queue=False, **QUIET)


def shown(handlers: LeaderboardHandlers, view: View, theme: str) -> list[Any]:
    """Updates of what `Parts.shown` lists."""
    details, command = handlers.details(view)
    figure = handlers.plot(view, theme)
    return [
        handlers.table(view),
        gr.update(visible=handlers.board(view) is not None),
        details,
        gr.update(value=command, visible=command is not None),
        gr.update(value=figure, visible=figure is not None),
    ]


def _view(
    board: str,
    sort: str | None,
    reverse: bool,
    search: str,
    rows: str,
    columns: list[str],
    intervals: bool,
    selected: str | None,
) -> View:
    return View(board, sort, reverse, search, rows, tuple(columns), intervals, selected)
