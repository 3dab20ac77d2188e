"""Injected HTML: whatever a cell, a comment or a plugin puts out, nothing in the page is live."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxkit.reports.export import exporter_of, html_page, sanitized

PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=http://evil/x.js></SCRIPT>",
    "<script\x20type='text/javascript'>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/x>alert(1)</script/x>",
    "<<script>alert(1);//<</script>",
    "<script>/* </style> */alert(1)",
    "<img src=x onerror=alert(1)>",
    "<img src='x' OnErRoR='alert(1)'>",
    "<img/src/onerror=alert(1)>",
    "<img src=`x`onerror=alert(1)>",
    "<img src=http://evil/x.png alt=x>",
    "<img src=//evil/x.png>",
    "<img src=/x.png>",
    "<img srcset='http://evil/x.png 2x' src=data:image/png;base64,AAAA>",
    "<img src=data:text/html,<script>alert(1)</script>>",
    "<img src='javascript:alert(1)'>",
    "<img lowsrc=http://evil dynsrc=http://evil>",
    "<picture><source srcset=http://evil/x.png><img src=x></picture>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><foreignObject><iframe src=http://evil></foreignObject></svg>",
    "<svg><use href='http://evil/x.svg#x'/></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><mtext><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math href='javascript:alert(1)'>x</math>",
    "<math><maction actiontype='statusline#http://evil' xlink:href='javascript:alert(1)'>x</maction></math>",
    '<div class="mermaid">graph TD; A[<img src=x onerror=alert(1)>]</div>',
    '<pre class="mermaid">%%{init: {"securityLevel": "loose"}}%%\ngraph TD; click A call alert(1)</pre>',
    "<iframe src=http://evil></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<frameset><frame src=http://evil></frameset>",
    "<object data=http://evil></object>",
    "<object data='data:text/html,<script>alert(1)</script>' type=text/html></object>",
    "<embed src=http://evil/x.swf>",
    "<applet code=x.class></applet>",
    "<portal src=http://evil>",
    "<form action=http://evil><input name=x><button>go</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<keygen autofocus onfocus=alert(1)>",
    "<isindex action=javascript:alert(1) type=image>",
    "<base href=http://evil/>",
    "<link rel=stylesheet href=http://evil/x.css>",
    "<link rel=prefetch href=http://evil>",
    "<meta http-equiv=refresh content='0;url=http://evil'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<style>@import 'http://evil/x.css';</style>",
    "<style>body{background:url(http://evil)}</style>",
    "<div style='background:url(http://evil)'>x</div>",
    "<div style='background-image:url(http://evil)'>x</div>",
    "<div style='list-style:url(http://evil)'>x</div>",
    "<div style='cursor:url(http://evil),auto'>x</div>",
    "<div style='width:expression(alert(1))'>x</div>",
    "<div style='border-image:url(http://evil)'>x</div>",
    "<div style='color:red;background:\\75rl(http://evil)'>x</div>",
    "<div style='content:url(http://evil)'>x</div>",
    "<div style='position:fixed;top:0;left:0;width:100%;height:100%'>x</div>",
    "<div style='-moz-binding:url(http://evil)'>x</div>",
    "<div style='behavior:url(x.htc)'>x</div>",
    "<div style='display:block;color:red;} body {background:url(http://evil)'>x</div>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='blob:http://evil/x'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='DATA:text/html,<script>alert(1)</script>'>x</a>",
    "<a href=' data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='da\nta:text/html,x'>x</a>",
    "<a href='&#100;ata:text/html,x'>x</a>",
    "<a href='data:image/svg+xml,<svg onload=alert(1)>'>x</a>",
    "<a href=http://evil ping=http://evil/ping>x</a>",
    "<a href=x onclick=alert(1)>x</a>",
    "<area href=javascript:alert(1)>",
    "<table background=http://evil><tr><td background=http://evil>x</table>",
    "<body onload=alert(1) background=http://evil>",
    "<html onclick=alert(1)>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<video src=http://evil onloadstart=alert(1)><source src=http://evil onerror=alert(1)></video>",
    "<audio src=http://evil autoplay></audio>",
    "<video poster=http://evil></video>",
    "<track src=http://evil>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<dialog open onclose=alert(1)>x</dialog>",
    "<template><script>alert(1)</script></template>",
    "<template shadowrootmode=open><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<noembed><img title='</noembed><img src=x onerror=alert(1)>'></noembed>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<title><img src=x onerror=alert(1)></title><img src=x onerror=alert(1)>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<!DOCTYPE html SYSTEM 'http://evil'>",
    "</main></body></html><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<image src=x onerror=alert(1)>",
    "<custom-element onclick=alert(1) is=x>x</custom-element>",
    "<p onmouseover=alert(1) onpointerrawupdate=alert(1) style=x>x</p>",
    "<p autofocus tabindex=1 onfocusin=alert(1)>x</p>",
    "<p contenteditable onbeforeinput=alert(1)>x</p>",
    "<ul popover ontoggle=alert(1)>x</ul>",
    "<p title='\"><img src=x onerror=alert(1)>'>x</p>",
    "<img alt='\"><script>alert(1)</script>' src=data:image/png;base64,AAAA>",
    "<th scope='col\" onclick=alert(1)'>x</th>",
    "<IMG SRC=&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A&#x61>",
    "<a\x0bhref=javascript:alert(1)>x</a>",
    "<a/href=javascript:alert(1)>x</a>",
    "\x00<script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<ol start='1' onclick=alert(1)><li value=http://evil>x</ol>",
    "<meter value=1 onclick=alert(1)>x</meter>",
    "<bgsound src=http://evil>",
    "<layer src=http://evil>",
]


def test_the_reader_sees_what_is_live(reader):
    seen = [p for p in PAYLOADS if reader.live_parts(p)]
    assert len(seen) > 0.8 * len(PAYLOADS)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_is_live(reader, payload):
    assert len(PAYLOADS) >= 60
    clean = sanitized(f"<p>before</p>{payload}<p>after</p>")
    assert reader.live_parts(clean) == []
    # What is clean stays clean: a second reading finds nothing that the first one hid.
    assert reader.live_parts(sanitized(clean)) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_is_live_in_the_page_title_or_heading(reader, payload):
    for page in (
        html_page(f"<h1>{payload}</h1>", lang="en", title="x"),
        html_page("", lang='"><script>', title=payload),
    ):
        body = page.partition("<body>")[2]
        assert reader.live_parts(body) == []
        head = reader.read_page(page.partition("<body>")[0])
        assert [t for t, _ in head.tags] == ["html", "head", "meta", "meta", "meta", "title", "style"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PAYLOADS) | st.text("<>\"'/=&;!-[] abcdefghijonsvgtl", max_size=12), max_size=5))
def test_payloads_put_together_are_not_live(reader, parts):
    assert reader.live_parts(sanitized("".join(parts))) == []


def test_every_kind_of_output_passes_the_allow_list(reader):
    """HTML, Markdown, LaTeX, SVG, JavaScript, widget and stream outputs of a whole notebook."""
    import nbformat.v4 as nb

    bank = "\n\n".join(PAYLOADS)
    cell = nb.new_code_cell("secret_code = 1", execution_count=1)
    for data in (
        {"text/html": bank},
        {"text/markdown": bank},
        {"text/latex": bank},
        {"text/plain": bank},
        {"image/svg+xml": "<svg onload=alert(1)><script>alert(1)</script></svg>"},
        {"application/javascript": "alert(1)", "text/plain": "x"},
        {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "text/plain": "x"},
        {"text/vnd.mermaid": 'graph TD; A["<img src=x onerror=alert(1)>"]', "text/plain": "x"},
        {"image/png": '"><script>alert(1)</script>'},
        {"image/jpeg": "AAAA"},
    ):
        cell.outputs.append(nb.new_output("display_data", data=data, metadata={"image/png": {"alt": '"><script>'}}))
    cell.outputs.append(nb.new_output("stream", name="stdout", text="\x1b[31m" + bank))
    cell.outputs.append(nb.new_output("stream", name="stderr", text=bank))
    cell.outputs.append(nb.new_output("error", ename="<b>", evalue=bank, traceback=[bank]))
    notebook = nb.new_notebook(cells=[nb.new_markdown_cell(bank), nb.new_raw_cell(bank), cell])
    page = exporter_of("html").export(notebook, lang="en", title=bank[:50]).decode()
    assert reader.live_parts(page.partition("<body>")[2]) == []
    assert "secret_code" not in page


def test_what_a_report_needs_survives():
    good = (
        '<table style="border-collapse:collapse"><caption>c</caption><thead><tr><th scope="col">a</th></tr></thead>'
        '<tbody><tr><td colspan="2" style="text-align:right">1</td></tr></tbody></table>'
        '<figure><img src="data:image/png;base64,AAAA" alt="said"></figure><details open=""><summary>s</summary></details>'
        '<div style="display:flex;flex-wrap:wrap;gap:14px"><span style="color:#3d7af2;opacity:0.8" title="t">x</span></div>'
        '<a href="https://example.org" rel="noopener noreferrer">x</a><h2 id="a" lang="fr">é ’ \u202f − &amp; &lt;</h2>'
    )
    for part in (
        "scope=",
        "colspan=",
        "caption",
        'alt="said"',
        "data:image/png",
        "flex-wrap:wrap",
        "opacity:0.8",
        "title=",
    ):
        assert part in sanitized(good)
    assert "é ’ \u202f − &amp; &lt;" in sanitized(good)
