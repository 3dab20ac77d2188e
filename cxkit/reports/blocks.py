"""What a report notebook displays: headings, paragraphs, tables, figures with alt text.

Text from data is escaped here, for Markdown and for HTML, so that a segment named
``<script>`` or ``# Title`` is shown as just that.
"""

from __future__ import annotations

import html
import io
import re
from typing import TYPE_CHECKING, Any

from cxkit.present.text import clean_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["figure", "heading", "markdown_text", "paragraph", "raw_html"]

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~$-])")


def markdown_text(text: object) -> str:
    """Text that Markdown shows as it is.

    >>> markdown_text("<b>1*2")
    '&lt;b&gt;1\\\\*2'
    """
    return _MARKDOWN.sub(r"\\\1", html.escape(clean_text(text), quote=False))


def heading(text: str, level: int = 2) -> None:
    """A real heading, which JupyterLab's table of contents and a screen reader find."""
    from IPython.display import Markdown, display

    display(Markdown(f"{'#' * level} {markdown_text(text)}"))


def paragraph(text: str) -> None:
    """Plain text."""
    from IPython.display import Markdown, display

    display(Markdown(markdown_text(text)))


def raw_html(markup: str) -> None:
    """HTML whose values are escaped already."""
    from IPython.display import HTML, display

    display(HTML(markup))


def figure(axes: Axes, alt: str) -> None:
    """The figure of ``axes`` as a picture with its sentence as alternative text."""
    import matplotlib.pyplot as plt
    from IPython.display import Image, display

    chart: Any = axes.get_figure()
    buffer = io.BytesIO()
    chart.savefig(buffer, format="png", dpi=110, bbox_inches="tight")
    plt.close(chart)
    meta = {"alt": alt, "needs_background": "light"}
    display(Image(data=buffer.getvalue(), format="png", metadata=meta, alt=alt))
