"""The page's own CommonMark: a text and the elements that are made of it."""

import pytest

from tests.browser.conftest import ScriptedScreen

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

RENDER = """
async (texts) => {
  const { markup } = await import("/static/markup.js");
  return texts.map((text) => {
    const box = document.createElement("div");
    box.append(markup(text));
    for (const a of box.querySelectorAll("a")) { a.removeAttribute("target"); a.removeAttribute("rel"); }
    return box.innerHTML;
  });
}
"""

TABLE = {
    "plain": "<p>plain</p>",
    "two\nlines": "<p>two<br>lines</p>",
    "two\n\nparagraphs": "<p>two</p><p>paragraphs</p>",
    "**bold** and *italic* and _too_": "<p><strong>bold</strong> and <em>italic</em> and <em>too</em></p>",
    "***both***": "<p><strong><em>both</em></strong></p>",
    "**bold *and* more**": "<p><strong>bold <em>and</em> more</strong></p>",
    "~~gone~~": "<p><del>gone</del></p>",
    "snake_case_name and 2 * 3 * 4": "<p>snake_case_name and 2 * 3 * 4</p>",
    "**not closed": "<p>**not closed</p>",
    r"\*not italic\*": "<p>*not italic*</p>",
    "`code **not bold**`": "<p><code>code **not bold**</code></p>",
    "``a ` b``": "<p><code>a ` b</code></p>",
    "```py\nx = '<b>'\n```": "<pre><code>x = '&lt;b&gt;'</code></pre>",
    "```\nnot closed": "<pre><code>not closed</code></pre>",
    "# Title": '<p class="heading">Title</p>',
    "#1042 is a case": "<p>#1042 is a case</p>",
    "> said\n> twice": "<blockquote><p>said<br>twice</p></blockquote>",
    "- one\n- two\n  - deeper": "<ul><li>one</li><li>two<ul><li>deeper</li></ul></li></ul>",
    "1. one\n2. two": "<ol><li>one</li><li>two</li></ol>",
    "3. three": '<ol start="3"><li>three</li></ol>',
    "text\n- item": "<p>text</p><ul><li>item</li></ul>",
    "---": "<hr>",
    "- - -": "<hr>",
    "[a **b**](https://x.example/p)": '<p><a href="https://x.example/p">a <strong>b</strong></a></p>',
    "[wiki](https://x.example/a_(b))": '<p><a href="https://x.example/a_(b)">wiki</a></p>',
    "see https://x.example/a_b_c.": '<p>see <a href="https://x.example/a_b_c">https://x.example/a_b_c</a>.</p>',
    "(https://x.example)": '<p>(<a href="https://x.example">https://x.example</a>)</p>',
    "<https://x.example>": '<p><a href="https://x.example">https://x.example</a></p>',
    "[mail](mailto:a@x.example)": '<p><a href="mailto:a@x.example">mail</a></p>',
    "[no](javascript:alert(1))": "<p>[no](javascript:alert(1))</p>",
    "[no](//x.example)": "<p>[no](//x.example)</p>",
    "<b>no</b> &amp;": "<p>&lt;b&gt;no&lt;/b&gt; &amp;amp;</p>",
    "<!channel> <at>Bob</at>": "<p>&lt;!channel&gt; &lt;at&gt;Bob&lt;/at&gt;</p>",
    "ünïcödé 🧵": "<p>ünïcödé 🧵</p>",
    "": "",
}


async def test_each_text_becomes_these_elements(screen: ScriptedScreen) -> None:
    made = await screen.page.evaluate(RENDER, list(TABLE))
    assert dict(zip(TABLE, made, strict=True)) == TABLE


async def test_no_text_keeps_the_page_busy(screen: ScriptedScreen) -> None:
    unkind = [
        "*" * 10_000,
        "[" * 10_000,
        "> " * 5_000,
        "**a " * 2_500,
        "_a" * 5_000,
        "`" * 9_999,
        "- " * 5_000,
        "[](" * 3_333,
    ]
    devtools = await screen.page.context.new_cdp_session(screen.page)
    await devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

    async def worked() -> float:
        """Seconds of CPU that the page has taken: how long it waited for its turn is the machine's affair."""
        metrics = (await devtools.send("Performance.getMetrics"))["metrics"]
        return next(float(each["value"]) for each in metrics if each["name"] == "ThreadTime")

    began = await worked()
    made = await screen.page.evaluate(RENDER, unkind)
    assert len(made) == len(unkind)
    assert 0 < await worked() - began < 1.5
