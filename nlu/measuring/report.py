"""Writes an evaluation as one HTML page without scripts: figures, confusions, confidences, the worst mistakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from html import escape

from nlu.measuring.evaluation import Evaluation
from nlu.measuring.metrics import Outcome, entity_scores, judged_entities

_BINS = 20
_SHOWN = 40
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c}"
    "table{border-collapse:collapse;margin:1rem 0}"
    "td,th{padding:.2rem .6rem;border-bottom:1px solid #ddd;text-align:left}"
    "td.t{min-width:20rem}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}.m td{padding:0;width:9px;height:9px;border:0}"
    "th.v{writing-mode:vertical-rl;transform:rotate(180deg);padding:.3rem 0;font-weight:400;font-size:12px}"
    "th.h{font-weight:400;font-size:12px;text-align:right;padding:0 .4rem}.m.few td{width:22px;height:22px}"
    ".wide{overflow-x:auto}svg text{font-size:11px}.right{color:#3a7d44}.wrong{color:#b23a48}"
)
_NAMED = 60
"""So many intents have their names written beside the matrix; of more, the tips of the cells tell."""


def html_report(evaluation: Evaluation, title: str) -> str:
    """Return the page."""
    rows = "".join(
        f"<tr><td>{escape(k)}</td><td class=n>{v:g}</td></tr>" for k, v in evaluation.figures.items() if v is not None
    )
    return (
        f"<!doctype html><meta charset=utf-8><title>{escape(title)}</title><style>{_STYLE}</style>"
        f"<h1>{escape(title)}</h1><table>{rows}</table>"
        f"<h2>Confidence</h2>{_histogram(evaluation.outcomes)}"
        f"<h2>Confusion</h2>{_matrix(evaluation.outcomes)}{_confusions(evaluation.outcomes)}"
        f"<h2>Worst mistakes</h2>{_mistakes(evaluation.outcomes)}"
        f"<h2>Intents, the worst first</h2>{_intents(evaluation.outcomes)}"
        + (f"<h2>Out of scope, the least so first</h2>{_foreign(evaluation.outside)}" if evaluation.outside else "")
        + (
            f"<h2>Entities</h2>{_sorts(evaluation.outcomes)}"
            f"<h2>Entities missed and invented</h2>{_entities(evaluation.outcomes)}"
            if any(o.example.annotations for o in evaluation.outcomes)
            else ""
        )
    )


def _histogram(outcomes: Sequence[Outcome]) -> str:
    right, wrong = [0] * _BINS, [0] * _BINS
    for o in outcomes:
        part = right if o.correct else wrong
        part[min(int(o.confidence * _BINS), _BINS - 1)] += 1
    top = max([a + b for a, b in zip(right, wrong, strict=True)] + [1])
    bars: list[str] = []
    for i, (good, bad) in enumerate(zip(right, wrong, strict=True)):
        high, low = 160 * good / top, 160 * bad / top
        tip = f"<title>{i / _BINS:.2f} to {(i + 1) / _BINS:.2f}: {good} right, {bad} wrong</title>"
        bars.append(
            f"<g>{tip}<rect x={i * 30 + 5} y={170 - high - low:.1f} width=26 height={high:.1f} fill=#3a7d44 />"
            f"<rect x={i * 30 + 5} y={170 - low:.1f} width=26 height={low:.1f} fill=#b23a48 /></g>"
        )
    legend = (
        "<p>How sure it was of the best intent: <span class=right>right</span>, <span class=wrong>wrong</span>.</p>"
    )
    ends = "<text x=5 y=185>0</text><text x=595 y=185>1</text>"
    return f"{legend}<svg width=620 height=190 role=img>{''.join(bars)}{ends}</svg>"


def _matrix(outcomes: Sequence[Outcome]) -> str:
    names = sorted({o.example.base_intent for o in outcomes} | {o.predicted for o in outcomes})
    if len(names) > 200:
        return "<p>Too many intents for a picture; the list below has the most frequent confusions.</p>"
    pairs = Counter((o.example.base_intent, o.predicted) for o in outcomes)
    totals = Counter(o.example.base_intent for o in outcomes)
    rows: list[str] = []
    for given in names:
        cells: list[str] = []
        for said in names:
            count = pairs[given, said]
            colour = "58,125,68" if given == said else "178,58,72"
            strength = 0.0 if not count else 0.15 + 0.85 * count / totals[given]
            tip = f' title="{escape(given)} → {escape(said)}: {count}"' if count else ""
            cells.append(f'<td style="background:rgba({colour},{strength:.2f})"{tip}>')
        named = f"<th class=h>{escape(given)}" if len(names) <= _NAMED else ""
        rows.append(f"<tr>{named}{''.join(cells)}</tr>")
    if len(names) <= _NAMED:
        rows.append(f"<tr><td>{''.join(f'<th class=v>{escape(n)}' for n in names)}</tr>")
    size = "m few" if len(names) <= _NAMED else "m"
    return (
        "<p>Rows are the given intents, columns the predicted ones.</p>"
        f"<div class=wide><table class='{size}'>{''.join(rows)}</table></div>"
    )


def _confusions(outcomes: Sequence[Outcome]) -> str:
    pairs = Counter((o.example.base_intent, o.predicted) for o in outcomes if not o.correct)
    rows = "".join(
        f"<tr><td>{escape(given)}<td>{escape(said)}<td class=n>{count}</tr>"
        for (given, said), count in pairs.most_common(_SHOWN)
    )
    return f"<table><tr><th>given<th>predicted<th>times</tr>{rows}</table>"


def _mistakes(outcomes: Sequence[Outcome]) -> str:
    wrong = sorted((o for o in outcomes if not o.correct), key=lambda o: -o.confidence)[:_SHOWN]
    rows = "".join(
        f"<tr><td class=t>{escape(o.example.text)}<td>{escape(o.example.base_intent)}<td>{escape(o.predicted)}"
        f"<td class=n>{o.confidence:.2f}<td>{escape(o.example.place)}</tr>"
        for o in wrong
    )
    return f"<table><tr><th>text<th>given<th>predicted<th>confidence<th>where</tr>{rows}</table>"


def _intents(outcomes: Sequence[Outcome]) -> str:
    """How well each intent is understood."""
    given = Counter(o.example.base_intent for o in outcomes)
    said = Counter(o.predicted for o in outcomes)
    right = Counter(o.predicted for o in outcomes if o.correct)
    quality = {name: 2 * right[name] / (given[name] + said[name]) for name in given}
    rows: list[str] = []
    for name in sorted(given, key=lambda name: (quality[name], name)):
        precision = f"{right[name] / said[name]:.1%}" if said[name] else ""
        cells = "".join(
            f"<td class=n>{v}" for v in (precision, f"{right[name] / given[name]:.1%}", f"{quality[name]:.1%}")
        )
        rows.append(f"<tr><td>{escape(name)}<td class=n>{given[name]}{cells}</tr>")
    return f"<table><tr><th>intent<th>given<th>precision<th>recall<th>F1</tr>{''.join(rows)}</table>"


def _foreign(outside: Sequence[Outcome]) -> str:
    """The texts of no intent that look most like one."""
    rows = "".join(
        f"<tr><td class=t>{escape(o.example.text)}<td>{escape(o.predicted)}<td class=n>{o.confidence:.2f}"
        f"<td class=n>{o.result.out_of_scope:.2f}<td>{escape(o.example.place)}</tr>"
        for o in sorted(outside, key=lambda o: o.result.out_of_scope)[:_SHOWN]
    )
    return f"<table><tr><th>text<th>predicted<th>confidence<th>out of scope<th>where</tr>{rows}</table>"


def _sorts(outcomes: Sequence[Outcome]) -> str:
    """How well each sort of entity is found, the most frequent first."""
    given: Counter[str] = Counter(a.entity for o in outcomes for a in o.example.annotations)
    rows: list[str] = []
    for name, count in given.most_common():
        some = [
            Outcome(
                replace(o.example, annotations=tuple(a for a in o.example.annotations if a.entity == name)),
                replace(o.result, entities=tuple(e for e in o.result.entities if e.entity == name)),
            )
            for o in outcomes
        ]
        cells = "".join(f"<td class=n>{value:.1%}" for value in entity_scores(some) or ())
        rows.append(f"<tr><td>{escape(name)}<td class=n>{count}{cells}</tr>")
    return f"<table><tr><th>entity<th>given<th>precision<th>recall<th>F1</tr>{''.join(rows)}</table>"


def _entities(outcomes: Sequence[Outcome]) -> str:
    rows: list[str] = []
    for o, found in zip(outcomes, judged_entities(outcomes), strict=True):
        gold = {(a.start, a.end, a.entity) for a in o.example.annotations}
        if gold != found and len(rows) < _SHOWN:
            missed = ", ".join(f"{o.example.text[s:e]} ({n})" for s, e, n in sorted(gold - found))
            invented = ", ".join(f"{o.example.text[s:e]} ({n})" for s, e, n in sorted(found - gold))
            rows.append(f"<tr><td class=t>{escape(o.example.text)}<td>{escape(missed)}<td>{escape(invented)}</tr>")
    return f"<table><tr><th>text<th>missed<th>invented</tr>{''.join(rows)}</table>"
