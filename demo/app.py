"""The demo as a whole: its folder, its page, and how it is launched."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr  # noqa: E402  (reads the environment when it is imported)
from starlette.middleware import Middleware  # noqa: E402

from demo import text  # noqa: E402
from demo.components.api import build_api  # noqa: E402
from demo.components.carry import connect_carriers  # noqa: E402
from demo.components.consent import build_consent  # noqa: E402
from demo.components.markup import header, privacy  # noqa: E402
from demo.config import DemoConfig  # noqa: E402
from demo.engine import Engine  # noqa: E402
from demo.examples import ASSETS, find_examples  # noqa: E402
from demo.links import connect_links  # noqa: E402
from demo.memory import give_back, share_arenas  # noqa: E402
from demo.presence import WatchHeartbeats  # noqa: E402
from demo.services import Services  # noqa: E402
from demo.sessions import Sessions  # noqa: E402
from demo.site import Site  # noqa: E402
from demo.tabs import compare as compare_tab  # noqa: E402
from demo.tabs import edit as edit_tab  # noqa: E402
from demo.tabs import leaderboard as leaderboard_tab  # noqa: E402
from demo.tabs import methods as methods_tab  # noqa: E402
from demo.tabs import reenact as reenact_tab  # noqa: E402
from demo.tabs import study as study_tab  # noqa: E402
from demo.tabs import style as style_tab  # noqa: E402
from demo.tabs import verify as verify_tab  # noqa: E402
from demo.uploads import NoteUploads  # noqa: E402
from demo.welcome import Welcome  # noqa: E402

FONTS = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")
SWEEP_S = 30
SCRIPTS = ("alt.js", "links.js")

TABS = (
    reenact_tab,
    edit_tab,
    compare_tab,
    style_tab,
    leaderboard_tab,
    study_tab,
    methods_tab,
    verify_tab,
)
"""The page's tabs from left to right: modules with `build(site)`. The order is Reenact, Edit
landmarks, Compare, Style fusion, Leaderboard, Study, Methods, Check a picture."""


@dataclass
class Demo:
    """A demo that is ready to be launched."""

    page: gr.Blocks
    services: Services
    welcome: Welcome

    def launch(self, **settings: Any) -> Any:
        """Start answering, then warm up; settings are Gradio's own (port, root path, ...)."""
        config = self.services.config
        share_arenas()
        sessions = self.services.sessions
        watch = [
            Middleware(WatchHeartbeats, presence=sessions.presence),
            Middleware(NoteUploads, sessions=sessions),
        ]
        self.page.queue(max_size=config.queue_size)
        launched = self.page.launch(
            **{
                "prevent_thread_lock": True,
                "theme": theme(),
                "css_paths": sorted(ASSETS.glob("*.css")),
                "head": "".join(
                    f"<script>{(ASSETS / name).read_text()}</script>" for name in SCRIPTS
                ),
                "footer_links": ["api", "settings"],
                "max_file_size": f"{config.max_upload_mb}mb",
                "run_history": False,
                "share": False,
                "app_kwargs": {"middleware": watch},
                "show_error": False,
                "ssr_mode": False,
                **settings,
            }
        )
        self.welcome.start()
        threading.Thread(target=self._sweep, name="sweep", daemon=True).start()
        return launched

    def _sweep(self) -> None:
        while True:
            time.sleep(SWEEP_S)
            config = self.services.config
            self.services.sessions.sweep(config.session_minutes * 60, config.away_seconds)
            give_back()


def build(
    config: DemoConfig | None = None, engine: Engine | None = None, folder: Path | None = None
) -> Demo:
    """Make the demo.

    Args:
        folder: where uploads and results are written; a new folder that goes with the program
            where it is None.
    """
    config = config or DemoConfig.from_environ()
    folder = (folder or _own_folder()).resolve()
    cache, public = folder / "cache", folder / "public"
    for path in (cache, public):
        path.mkdir(parents=True, exist_ok=True)
    os.environ["GRADIO_TEMP_DIR"] = str(cache)
    gr.set_static_paths([ASSETS, public])
    made = engine or Engine(config.marking)
    services = Services(made, Sessions(cache, keep=config.results_kept), config)
    examples = find_examples()
    site = Site(services, examples, Welcome(services, examples, public), public)
    age = config.session_minutes * 60
    with gr.Blocks(title=text.TITLE, delete_cache=(SWEEP_S, age), analytics_enabled=False) as page:
        gr.HTML(header(), elem_id="header")
        site.consent = build_consent(services)
        with gr.Tabs(elem_id="pages", overflow_behavior="wrap") as site.pages:
            for tab in TABS:
                tab.build(site)
        connect_carriers(site)
        connect_links(site)
        gr.HTML(privacy(), elem_id="privacy")
        build_api(services)
    return Demo(page, services, site.welcome)


def theme() -> gr.Theme:
    """Gradio's soft theme with the visitor's own fonts, so that nothing is fetched from outside."""
    soft = gr.themes.Soft(
        primary_hue="indigo",
        secondary_hue="indigo",
        neutral_hue="slate",
        font=FONTS,
        font_mono=MONO,
    )
    contrast = {  # at least 4.5 to 1 on every background, as WCAG 2 AA asks for
        "body_text_color_subdued": "*neutral_600",
        "button_primary_background_fill": "*primary_600",
        "button_primary_background_fill_hover": "*primary_700",
        "button_primary_background_fill_hover_dark": "*primary_700",
        "button_secondary_background_fill_hover_dark": "*primary_600",
        "checkbox_label_background_fill_selected": "*primary_600",
        "checkbox_border_color": "*neutral_400",
        "checkbox_border_color_dark": "*neutral_500",
        "block_label_text_color": "*primary_800",
        "color_accent": "*primary_600",
        "input_placeholder_color": "*neutral_500",
        "input_placeholder_color_dark": "*neutral_400",
        "link_text_color_dark": "*secondary_300",
        "link_text_color_visited_dark": "*secondary_300",
        "link_text_color_hover_dark": "*secondary_200",
    }
    return soft.set(
        **contrast,
        background_fill_primary="*neutral_50",
        block_background_fill="white",
        block_title_background_fill="transparent",
        block_title_background_fill_dark="transparent",
        block_title_padding="0px",
        block_title_text_color="*body_text_color",
        block_title_text_color_dark="*body_text_color",
        block_title_text_weight="600",
    )


def _own_folder() -> Path:
    """A new folder that goes with the program; those of programs that were killed go now."""
    place = Path(tempfile.gettempdir())
    for left in place.glob("reenact-demo-*-*"):
        number = left.name.split("-")[2]
        if number.isdigit() and not _is_running(int(number)):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"reenact-demo-{os.getpid()}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it runs, but belongs to someone else
        return True
    return True
