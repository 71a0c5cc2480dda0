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


@dataclass(frozen=True)
class Carrier:
    """A button that makes a result an input.

    Attributes:
        role: "source" or "driving": which places of `Site.places` it fills.
        file: the component or state that holds the result's path.
        status: the status line of the button's tab.
    """

    role: str
    button: gr.Button
    file: gr.State
    status: gr.HTML


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
        loaded: the event after which the first screen is there.
        methods: dropdowns that choose a method; links set them (`?method=warp`).
        places: where a picture can be sent to from other tabs, such as "reenact.source": the
            component that takes it. A tab adds its own while it is built.
        carriers: buttons that send a result to all places of its role, on every tab. A tab adds
            its own; they are connected when all tabs are built.
    """

    services: Services
    examples: list[Example]
    welcome: Welcome
    public: Path
    pages: gr.Tabs | None = None
    consent: Consent | None = None
    loaded: Any = None
    methods: list[Any] = field(default_factory=list)
    places: dict[str, Any] = field(default_factory=dict)
    carriers: list[Carrier] = field(default_factory=list)
