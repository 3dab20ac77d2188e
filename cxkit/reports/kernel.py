"""The kernel that runs a report: this very interpreter, on private sockets, without noise."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cxkit.errors import ParameterError, did_you_mean

__all__ = ["check_kernel", "kernel_options"]

_OURS = ("python3", "python", "")


def check_kernel(notebook: Path) -> None:
    """Refuse a notebook whose kernel is not installed, before papermill leaves an odd output.

    Raises
    ------
    ParameterError
        Naming the kernels that are installed.
    """
    name = _kernel_name(notebook)
    if name in _OURS:
        return
    from jupyter_client.kernelspec import KernelSpecManager

    installed = list(KernelSpecManager().find_kernel_specs())
    if name not in installed:
        raise ParameterError(
            f"kernel {name!r} is not installed",
            file=notebook.name,
            code="kernel_unknown",
            hint=did_you_mean(name, installed, what="Kernels"),
        )


@contextlib.contextmanager
def kernel_options(notebook: Path) -> Iterator[dict[str, Any]]:
    """Keywords for papermill: our interpreter as the kernel, sockets in a private folder.

    A ``python3`` kernel spec in a user's home may start another interpreter, one without
    cxkit. TCP ports race between concurrent starts, and ipykernel warns about them on each.
    """
    quiet_imports()
    from traitlets.config import Config

    config = Config()
    folder = None
    if os.name == "posix":
        folder = tempfile.mkdtemp(prefix="cx-")
        config.KernelManager.transport = "ipc"
        config.KernelManager.ip = os.path.join(folder, "k")
    # "immediate" spares the interrupt that nbclient sends first, and the kernel's words about it.
    options: dict[str, Any] = {"config": config, "shutdown_kernel": "immediate"}
    if _kernel_name(notebook) in _OURS:
        options |= {"kernel_manager_class": _manager_class(), "kernel_name": "python3", "language": "python"}
    try:
        yield options
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _kernel_name(notebook: Path) -> str:
    import json

    metadata = json.loads(notebook.read_text(encoding="utf-8")).get("metadata") or {}
    return str((metadata.get("kernelspec") or {}).get("name") or "")


def quiet_imports() -> None:
    """Spare every process that imports nbformat a second of parser building.

    jsonschema imports ``rfc3987_syntax`` when JupyterLab has brought it, and that compiles 35
    grammars at import; nothing in a notebook's schema needs them.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def _manager_class() -> type:
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    class ThisInterpreter(AsyncKernelManager):  # type: ignore[misc, unused-ignore]
        @property
        def kernel_spec(self) -> KernelSpec:
            argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            return KernelSpec(argv=argv, display_name="Python 3", language="python")

    return ThisInterpreter
