"""The survey that the documentation reads, and a project folder to read it in."""

from __future__ import annotations

import datetime as dt
import os
import random
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_HEAD = "Répondant;Date d’enquête;Note NPS;Satisfaction;Effort;Segment;Canal;poids;Commentaire"
_LEAN = {"PME": 0.3, "Grands comptes": -0.4, "Particuliers": 0.1}


def enquete(first: int = 1, rows: int = 600, start: dt.date = dt.date(2025, 1, 2)) -> str:
    """A French export: semicolons, decimal commas, day first. Drawn by random(), the same everywhere."""
    draw = random.Random(first)
    lines = [_HEAD]
    for i in range(first, first + rows):
        day = start + dt.timedelta(days=int(draw.random() * 180))
        segment = ("PME", "Grands comptes", "Particuliers")[int(draw.random() * 3)]
        channel = ("web", "magasin")[int(draw.random() * 2)]
        mood = draw.random() ** 0.5 + 0.15 * _LEAN[segment]
        nps = min(10, max(0, round(10.4 * mood)))
        csat = "" if draw.random() < 0.04 else str(min(5, max(1, round(0.7 + 4.2 * mood))))
        ces = min(7, max(1, round(1 + 5.6 * mood + draw.random() - 0.5)))
        weight = f"{0.6 + 0.2 * int(draw.random() * 5):.1f}".replace(".", ",")
        text = "Très bien" if nps > 8 and draw.random() < 0.5 else ""
        lines.append(f"{i};{day:%d/%m/%Y};{nps};{csat};{ces};{segment};{channel};{weight};{text}")
    return "\r\n".join(lines) + "\r\n"


@pytest.fixture
def surveys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the files that the pages name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "enquete.csv").write_bytes(enquete().encode("cp1252"))
    (tmp_path / "data").mkdir()
    for month, (first, start) in {"05": (2001, dt.date(2025, 5, 1)), "06": (3001, dt.date(2025, 6, 1))}.items():
        text = enquete(first, 40, start)
        (tmp_path / "data" / f"enquete_2025-{month}.csv").write_text(text, encoding="utf-8-sig", newline="")
    return tmp_path


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to install into, on the path of this process and of the kernels that it starts."""
    folder = tmp_path_factory.mktemp("site")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
    return folder


@pytest.fixture
def root() -> Path:
    """The folder of the checkout."""
    return ROOT
