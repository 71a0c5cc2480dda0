"""How the project's command lines behave: one clear line on stderr, exit codes, progress bars.

0    it worked
1    a bug of ours (`REENACT_DEBUG=1` shows the traceback)
2    the person's mistake, said in one line
130  stopped by Ctrl-C, 143 by `kill`; nothing half-written is left
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import typer

from reenact.errors import ReenactError

INTERRUPTED = 130
TERMINATED = 143


class Stopped(Exception):
    """Ctrl-C in work that keeps what it has; the message says how to go on."""


def run(app: typer.Typer, name: str, args: Sequence[str] | None = None) -> int:
    """Run a command line.

    Args:
        app: the commands.
        name: what the person typed, for help texts.
        args: what followed; None for `sys.argv`.

    Returns:
        The exit code.
    """
    given = list(sys.argv[1:] if args is None else args)
    command = typer.main.get_command(app)
    try:
        code = command.main(given or ["--help"], prog_name=name, standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except typer.Exit as stop:
        code = stop.exit_code
    except Stopped as stop:
        return _fail(str(stop), INTERRUPTED)
    except ReenactError as error:
        return _fail(str(error), 2)
    except Exception as error:
        # Typer's usage errors come from click or from Typer's own copy, by its version.
        if hasattr(error, "format_message"):
            return _fail(_usage_line(error, name), 2)
        if is_debug():
            raise
        what = f"{type(error).__name__}: {error}"
        return _fail(f"This is a bug of ours ({what}). Set REENACT_DEBUG=1 to see where.", 1)
    if code == INTERRUPTED:
        return _fail("Stopped: nothing was written.", INTERRUPTED)
    return code if isinstance(code, int) else 0


def main(app: typer.Typer, name: str) -> None:
    """Run a command line as a program."""
    hide_native_noise()
    signal.signal(signal.SIGTERM, _terminate)
    code = run(app, name)
    with suppress(OSError):
        sys.stdout.flush()
    sys.exit(code)


def program(command: Callable[..., None], name: str) -> None:
    """A function as a program of its own: `python -m NAME`.

    Args:
        command: its options are its parameters, its help the first lines of what it does.
    """
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(command)
    main(app, f"python -m {name}")


def is_debug() -> bool:
    """Whether tracebacks and the log lines of native libraries are wanted."""
    return os.environ.get("REENACT_DEBUG", "") not in ("", "0")


def hide_native_noise() -> None:
    """Keep the log lines of MediaPipe and TensorFlow Lite off stderr; Python's own stay.

    They are written by C++ to file descriptor 2 whatever Python does, so that descriptor goes
    nowhere, and `sys.stderr` to a copy of it.
    """
    if is_debug():
        return
    warnings.simplefilter("ignore")
    os.environ.setdefault("GLOG_minloglevel", "3")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with suppress(OSError, ValueError, AttributeError):  # stderr is closed or no file
        if sys.stderr.fileno() != 2:
            return
        own = os.dup(2)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)
        os.close(null)
        sys.stderr = os.fdopen(
            own, "w", buffering=1, encoding=sys.stderr.encoding, errors="backslashreplace"
        )


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int | None], None]]:
    """A bar on stderr, or nothing where stderr is no terminal.

    Yields:
        A function to call with what is done and how much there is (None: not known).
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeLeft())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _usage_line(error: Exception, name: str) -> str:
    """A wrong option or a missing argument in one line."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else name
    message = error.format_message().strip()
    end = "" if message.endswith((".", "?")) else "."
    return f"{message}{end} See `{path} --help`."


def _fail(message: str, code: int) -> int:
    print(" ".join(message.split()), file=sys.stderr)
    return code


def _terminate(*_: object) -> None:
    raise SystemExit(TERMINATED)
