"""What the landmark canvas calls in Python, outside of Gradio's queue: a hand does not wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import gradio as gr

from demo import text_edit as words
from demo.desks import Desks
from demo.services import Services, explain

STEPS_AT_ONCE = 2
"""Steps of all visitors together that work at the same time; more only slow each other down."""

MAX_WAITING = 40


class Remote:
    """Functions of the canvas. What they answer is JSON; `error` is one line for the visitor."""

    def __init__(self, services: Services, desks: Desks) -> None:
        self.services, self.desks = services, desks
        self._turn = asyncio.Semaphore(STEPS_AT_ONCE)
        self._waiting = 0

    def functions(self) -> list[Callable[..., Awaitable[dict[str, Any]]]]:
        """`edit_step` and `edit_shelf`, as Gradio's server functions."""

        async def edit_step(message: Any, request: gr.Request) -> dict[str, Any]:
            return await self._answer(message, request, self.step)

        async def edit_shelf(message: Any, request: gr.Request) -> dict[str, Any]:
            return await self._answer(message, request, self.shelf)

        return [edit_step, edit_shelf]

    def step(self, message: Any, session_id: str | None) -> dict[str, Any]:
        """One thing that the hand did; see `Desk.step`."""
        session = self.services.sessions.get(session_id)
        return self.desks.of(session).step(message if isinstance(message, dict) else {})

    def shelf(self, message: Any, session_id: str | None) -> dict[str, Any]:
        """Small pictures of the shelf's expressions on this face."""
        del message
        desk = self.desks.of(self.services.sessions.get(session_id))
        return {"faces": desk.faces()}

    async def _answer(
        self, message: Any, request: Any, work: Callable[[Any, str | None], dict[str, Any]]
    ) -> dict[str, Any]:
        """Run the work in a thread when its turn comes; errors become one line."""
        session_id = (await request.json()).get("session_hash")
        if self._waiting >= MAX_WAITING:
            return {"error": words.BUSY}
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(work, message, session_id)
        except Exception as error:
            return {"error": explain(error)}
        finally:
            self._waiting -= 1
