"""The keys of ``cxkit.toml`` and what they may hold."""

from __future__ import annotations

import math
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

__all__ = ["GateSettings", "LinkSettings", "ProjectSettings", "ReportSettings", "Settings", "SourceSettings", "keys_at"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProjectSettings(_Strict):
    """``[project]``."""

    name: str = ""
    lang: Literal["en", "fr"] = "en"
    currency: str = Field(default="EUR", pattern="^[A-Z]{3}$")
    output: str = "build"
    guess: bool = True


class SourceSettings(_Strict):
    """``[source]``, or one of several ``[[source]]`` that are put under one another."""

    uri: str
    read: dict[str, Any] = Field(default_factory=dict)
    rename: dict[str, str] = Field(default_factory=dict)
    add: dict[str, Any] = Field(default_factory=dict)
    history: str = ""


class LinkSettings(_Strict):
    """``[[link]]``: what customers did, joined to what they answered."""

    uri: str
    on: str | dict[str, str] = "id"
    when: str = ""
    window: tuple[int, int] | None = None
    rules: dict[str, str] = Field(default_factory=dict)
    absent: float | dict[str, float] | None = None
    unfinished: Literal["kept", "null"] = "kept"
    read: dict[str, Any] = Field(default_factory=dict)
    roles: dict[str, str]


class ReportSettings(_Strict):
    """``[[report]]``."""

    name: str
    by: str | list[str] = Field(default_factory=list)
    formats: list[str] = Field(default_factory=lambda: ["html", "ipynb"])
    parameters: dict[str, Any] = Field(default_factory=dict)

    @property
    def fan(self) -> list[str]:
        """The columns whose every value gets a report of its own."""
        return [self.by] if isinstance(self.by, str) else list(self.by)


class GateSettings(_Strict):
    """``[[gate]]``: a score held against a target, or its latest change."""

    name: str = ""
    metric: str = "nps"
    by: str | list[str] = Field(default_factory=list)
    test: Literal["above", "below", "no_fall", "no_rise"]
    freq: Literal["D", "W", "M", "Q", "Y"] = "M"
    versus: str = ""
    target: float | None = Field(default=None, allow_inf_nan=False)
    margin: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    min_n: int = Field(default=30, ge=1)
    level: float = Field(default=0.95, gt=0.5, lt=1)
    severity: Literal["fail", "warn"] = "fail"

    @field_validator("versus")
    @classmethod
    def _versus(cls, value: str) -> str:
        if value and not value.startswith("target:"):
            raise ValueError(f'versus = "target:30" is what a gate can be held against, not {value!r}')
        return value

    @model_validator(mode="after")
    def _has_target(self) -> GateSettings:
        if self.on_change:
            if self.target is not None or self.versus:
                raise ValueError(
                    f'test = "{self.test}" is about the latest change and has no target; margin = 2 allows for some'
                )
            return self
        if (self.target is None) == (not self.versus):
            raise ValueError('a gate needs one target: target = 30 (short for versus = "target:30")')
        self.threshold  # noqa: B018 - a target that is no number is refused here
        return self

    @property
    def on_change(self) -> bool:
        """Whether it is about the latest period against the one before."""
        return self.test in ("no_fall", "no_rise")

    @property
    def threshold(self) -> float:
        """The target, in the metric's unit."""
        value = self.target if self.target is not None else float(self.versus.removeprefix("target:"))
        if not math.isfinite(value):
            raise ValueError(f"a target is a finite number, not {value}")
        return value


class PluginSettings(_Strict):
    """``[plugins]``."""

    disable: list[str] = Field(default_factory=list)


class Settings(_Strict):
    """The whole file."""

    project: ProjectSettings = Field(default_factory=ProjectSettings)
    source: list[SourceSettings] = Field(default_factory=list)
    roles: dict[str, str | list[str]] = Field(default_factory=dict)
    scale: dict[str, list[float] | dict[str, float]] = Field(default_factory=dict)
    missing: dict[str, list[str | float]] = Field(default_factory=dict)
    link: list[LinkSettings] = Field(default_factory=list)
    report: list[ReportSettings] = Field(default_factory=list)
    gate: list[GateSettings] = Field(default_factory=list)
    plugins: PluginSettings = Field(default_factory=PluginSettings)

    @field_validator("source", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return [value] if isinstance(value, dict) else value


def keys_at(place: list[str]) -> list[str]:
    """The valid keys of a table of the file: of ``["gate"]``, of the top for ``[]``."""
    tables: dict[str, type[BaseModel]] = {
        "project": ProjectSettings, "source": SourceSettings, "link": LinkSettings, "report": ReportSettings,
        "gate": GateSettings, "plugins": PluginSettings,
    }  # fmt: skip
    model = tables.get(place[0], Settings) if place else Settings
    return list(model.model_fields)
