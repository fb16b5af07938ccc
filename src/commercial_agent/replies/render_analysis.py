"""Figures about the stock in words."""

from __future__ import annotations

from decimal import Decimal

from commercial_agent.conversation.findings import AnalysisRow, StockAnalysed
from commercial_agent.conversation.reply import Block, Bullets, Text
from commercial_agent.conversation.requests import Metric
from commercial_agent.replies.criteria_words import described, value_words
from commercial_agent.replies.format import bare, kilometres, metres, money, percent, sentence
from commercial_agent.replies.render_catalog import attribute_value, cards, not_there
from commercial_agent.replies.speaker import Speaker

_WHOLE = Decimal(1)
MOST_ROWS = 10
MOST_NAMES = 40


def stock_analysed(finding: StockAnalysed, speaker: Speaker) -> list[Block]:
    """The answer to a question about the stock as a whole."""
    blocks = not_there(finding.not_stocked, finding.not_in_data, speaker)
    if finding.not_stocked and finding.total == 0:
        return blocks
    if not finding.rows or (finding.total == 0 and finding.metric not in (Metric.COUNT, Metric.SHARE)):
        if not finding.not_stocked:
            blocks.append(Text(speaker.say("found-none", asked=described(finding.criteria, speaker))))
        return blocks
    if finding.metric is Metric.LIST:
        return [*blocks, _listed(finding, speaker)]
    if finding.group_by is not None:
        return [*blocks, *_grouped(finding, speaker)]
    blocks.append(Text(_single(finding, finding.rows[0], speaker)))
    return [*blocks, *cards(finding.cars[:3], speaker)]


def _single(finding: StockAnalysed, row: AnalysisRow, speaker: Speaker) -> str:
    metric, asked = finding.metric, _among(finding, speaker)
    if metric is Metric.COUNT:
        count = _count(row.value)
        one = described(finding.criteria, speaker, one=count == 1)
        return speaker.say("analysis-count", n=count, total=bare(count), asked=one)
    if metric is Metric.SHARE:
        asked = described(finding.criteria, speaker)
        return speaker.say("analysis-share", share=_share(row.value), count=bare(row.count), asked=asked)
    if metric is Metric.VALUE:
        return speaker.say("analysis-value", asked=asked)
    column = finding.column or "price"
    what = speaker.label("attr", column)
    if metric is Metric.RANGE:
        low, high = (_written(column, value, speaker) for value in (row.value, row.high))
        return speaker.say("analysis-range", what=what, asked=asked, low=low, high=high)
    key = f"analysis-{metric.value}"
    own = f"{key}-{column}"  # a price is low, a car is little driven: not every column is said alike
    return speaker.say(
        own if speaker.has(own) else key,
        what=what,
        asked=asked,
        value=_written(column, row.value, speaker, metric),
        n=finding.total,
        total=bare(finding.total),
    )


def _among(finding: StockAnalysed, speaker: Speaker) -> str:
    """The cars that were looked at: "sedanes automáticos", or "todos los autos"."""
    return speaker.words.word("all-cars") if finding.criteria.empty else described(finding.criteria, speaker)


def _grouped(finding: StockAnalysed, speaker: Speaker) -> list[Block]:
    group = speaker.label("by", finding.group_by or "")
    counted = finding.metric is Metric.COUNT
    what = speaker.say(
        f"analysis-by-{finding.metric.value}",
        what=speaker.label("attr", finding.column or "price"),
        asked=described(finding.criteria, speaker) if counted else _among(finding, speaker),
        group=group,
    )
    rows = [_row(finding, row, speaker) for row in finding.rows[:MOST_ROWS]]
    blocks: list[Block] = [Text(sentence(what)), Bullets(tuple(rows))]
    if finding.groups > len(rows):
        blocks.append(
            Text(
                speaker.words.say(
                    "analysis-more-groups", n=len(rows), shown=bare(len(rows)), groups=bare(finding.groups)
                )
            )
        )
    return blocks


def _row(finding: StockAnalysed, row: AnalysisRow, speaker: Speaker) -> str:
    label = _label(finding.group_by or "", row.label, speaker)
    if finding.metric is Metric.COUNT:
        return f"{label}: {bare(_count(row.value))}"
    if finding.metric is Metric.SHARE:
        return f"{label}: {_share(row.value)}"
    column = finding.column or "price"
    value = _written(column, row.value, speaker, finding.metric)
    if finding.metric is Metric.RANGE:
        value = speaker.words.say("from-to", low=value, high=_written(column, row.high, speaker))
    if not row.count:
        return f"{label}: {value}"
    return speaker.words.say("row-counted", label=label, value=value, n=row.count, count=bare(row.count))


def _listed(finding: StockAnalysed, speaker: Speaker) -> Block:
    column = finding.column or finding.group_by or "make"
    names = [_label(column, row.label if row.label is not None else row.value, speaker) for row in finding.rows]
    shown = names[:MOST_NAMES]
    groups = max(finding.groups, len(names))
    key = "analysis-list-some" if groups > len(shown) else "analysis-list"
    return Text(
        speaker.say(
            key,
            n=groups,
            groups=bare(groups),
            what=speaker.label("many", column),
            names=speaker.both(shown),
            asked=described(finding.criteria, speaker),
        )
    )


def _label(column: str, value: object, speaker: Speaker) -> str:
    if value is None or value == "":
        return sentence(speaker.words.word("unknown"))
    if isinstance(value, str) and value.isdigit() and column != "year":
        return attribute_value(column, int(value), speaker)
    if isinstance(value, str) and "/" in value and column in ("model", "models"):
        return value_words("model", value, speaker)
    return (
        sentence(attribute_value(column, value, speaker))
        if isinstance(value, str)
        else attribute_value(column, value, speaker)
    )


def _written(column: str, value: object, speaker: Speaker, metric: Metric | None = None) -> str:
    if isinstance(value, Decimal | int) and not isinstance(value, bool) and metric in (Metric.MEAN, Metric.MEDIAN):
        whole = Decimal(value).quantize(_WHOLE) if column in ("price", "km", "year") else Decimal(value)
        if column == "price":
            return money(whole)
        if column == "km":
            return kilometres(whole)
        if column == "year":
            return str(whole)
        return metres(whole) if column.endswith("_mm") else bare(whole.quantize(Decimal("0.1")))
    return attribute_value(column, value, speaker)


def _count(value: object) -> int:
    return int(value) if isinstance(value, int | Decimal) else 0


def _share(value: object) -> str:
    """A share comes as a fraction of one."""
    return percent(Decimal(str(value)) * 100, decimals=1) if isinstance(value, Decimal | int) else "0%"
