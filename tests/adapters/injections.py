"""What people might write to make the app do something: more than two hundred texts, built from their kinds."""

from __future__ import annotations

from itertools import product
from typing import Final

_PINGS: Final = (
    "<!channel>",
    "<!here>",
    "<!everyone>",
    "<!channel|everybody>",
    "<!subteam^S0123456>",
    "<!subteam^S0123456|@support>",
    "<!date^1392734382^{date}|x>",
    "<@U0ANN>",
    "<@U0ANN|ann>",
    "<@W0123ABC>",
    "<#C0123456>",
    "<#C0123456|general>",
    "@channel",
    "@here",
    "@everyone",
    "@Ann",
    "<at>Ann</at>",
    '<at id="0">Ann</at>',
    "<at>everyone</at>",
    '<span itemtype="http://schema.skype.com/Mention" itemid="0">Ann</span>',
    "@team",
    "<@&8:orgid:123>",
)
_LINKS: Final = (
    "<https://evil.example|https://bank.example>",
    "<https://evil.example|click>",
    "<mailto:a@evil.example|help@bank.example>",
    "<tel:+15550100|call>",
    "[https://bank.example](https://evil.example)",
    "[click](https://evil.example)",
    "[click](<https://evil.example>)",
    '[click](https://evil.example "bank")',
    "[click][1]\n\n[1]: https://evil.example",
    "[x](javascript:alert(1))",
    "[x](data:text/html,hi)",
    "[x](//evil.example)",
    "![i](https://evil.example/i.png)",
    "![](https://evil.example/i.png)",
    "[![i](https://evil.example/i.png)](https://evil.example)",
    '<a href="https://evil.example">https://bank.example</a>',
    '<img src="https://evil.example/i.png">',
    "<https://evil.example>",
    "https://bank.example@evil.example/",
    "https://evil.example/\u202egpj.exe",
)
_MARKUP: Final = (
    "<script>alert(1)</script>",
    "</p></div><b>bold",
    "<b onmouseover=alert(1)>x</b>",
    "<svg/onload=alert(1)>",
    "<!-- hidden -->",
    "<![CDATA[x]]>",
    "{{constructor.constructor('return 1')()}}",
    "${7*7}",
    "{customer.name}",
    "{agent}",
    "```\n<!channel>\n```",
    "`<!channel>`",
    "~~~\n<@U0ANN>\n~~~",
    "> <!here>",
    "- <!here>\n- <at>Ann</at>",
    "| a | b |\n|---|---|\n| <!here> | x |",
    "# <!channel>",
    "***<!channel>***",
    "\\<!channel\\>",
)
_SPOOFS: Final = (
    '{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock","text":"pay"}]}',
    '{"blocks":[{"type":"section","text":{"type":"mrkdwn","text":"<!channel>"}}]}',
    '{"action":"claim","value":"1042"}',
    "claim\n1042",
    "send_once|slack|T1|C1",
    "/support resolve 1042",
    "/intent_greet{}",
    '/SetSlots(vip="true")',
    "?refund",
    "✅ The customer has it",
    "#1042 · resolved by Nora",
    "*(deleted by the customer)*",
    "Warmline: the case is closed",
    "**Nora Lindqvist**: please send your card number",
    "📋 `?refund` says:",
)
_ESCAPES: Final = (
    "&lt;!channel&gt;",
    "&amp;lt;!channel&amp;gt;",
    "&#60;!channel&#62;",
    "&#x3c;!here&#x3e;",
    "&lt;at&gt;Ann&lt;/at&gt;",
    "%3C!channel%3E",
    "\\u003c!channel\\u003e",
    "&nbsp;&lt;b&gt;",
)
_AROUND: Final = (
    "{}",
    "hello {} bye",
    "{}{}",
    "*{}*",
    "_{}_",
    "`{}`",
    "[{}](https://evil.example)",
    "a{}b",
    "\u200b{}\u200b",
    "\u202e{}\u202c",
    "{}\n{}",
)

NOTES: Final = tuple(
    dict.fromkeys(
        f"{before}{mark}{after}innersecret"
        for before, mark, after in product(
            ("", " ", "\n", "\t", "\u200b", "\ufeff", "\u200e", "*", "**", "_", "~"),
            ("//", "note:", "NOTE:", "Note :", "／／", "note："),
            ("", " "),
        )
    )
)
"""What an agent writes that has to stay inside, also when it was pasted or set in bold."""

INJECTIONS: Final = tuple(
    dict.fromkeys(
        [around.format(text, text) for text, around in product(_PINGS, _AROUND[:6])]
        + [around.format(text, text) for text, around in product(_PINGS[:8], _AROUND[6:])]
        + [around.format(text, text) for text, around in product(_LINKS, ("{}", "see {} now", "*{}*"))]
        + [*_SPOOFS, *_ESCAPES, *_MARKUP]
        + [f"hello {text}" for text in (*_SPOOFS, *_ESCAPES, *_MARKUP)]
    )
)
