"""What every tab is built from, and what a tab tells the page about itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo.examples import Example
from demo.services import Services
from demo.welcome import Welcome

if TYPE_CHECKING:
    import gradio as gr

    from demo.components.consent import Consent


@dataclass
class Site:
    """The page while it is built: a tab is a module with `build(site)`.

    Attributes:
        services: everything that handlers may do.
        examples: our own example pictures, which every visitor can read.
        welcome: the first example's result.
        public: a folder that every visitor can read; nothing of a visitor belongs in it.
        pages: the row of tabs, to open another one by its id.
        consent: the line that visitors tick before their own files are used.
        places: where a picture can be sent to from other tabs, such as "reenact.source": the
            component that takes it. A tab adds its own while it is built.
    """

    services: Services
    examples: list[Example]
    welcome: Welcome
    public: Path
    pages: gr.Tabs | None = None
    consent: Consent | None = None
    places: dict[str, Any] = field(default_factory=dict)
