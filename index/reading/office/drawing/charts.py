"""Charts: the titles, categories and values that a document keeps beside each chart's picture, as a table's rows."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.reading.decoding import normalise
from index.reading.office.drawing.text import Piece, line_of
from index.reading.office.package import child_of, integer_of, local_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_EPOCH = datetime.date(1899, 12, 30)  # day 0 of spreadsheets
_LAST_DAY = 2_958_465  # 31 December 9999
_LARGEST_SHOWN = 1e15  # beyond it digits are no longer exact
_DATE_FORMAT = re.compile(r"[dy]|m{3}|m/|-m", re.IGNORECASE)
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')  # of a number format: literals, colours, conditions, spacing


@dataclass(frozen=True, slots=True)
class _Series:
    """One line, row of bars, … of a chart: by the place of each point, what it is called and its value."""

    name: str
    categories: dict[int, str]
    values: dict[int, str]


def chart_pieces(root: etree._Element) -> list[Piece]:
    """Read a chart: its title as a caption, and a row for each category with the series as column heads.

    Only what the document keeps of the chart's figures is read, not the workbook that they came from.
    """
    series = [one for one in _series(root) if one.values]
    title = line_of(child_of(child_of(root, "chart"), "title"))
    axes = list(dict.fromkeys(filter(None, (line_of(child_of(axis, "title")) for axis in _axes(root)))))
    pieces = [Piece("caption", title)] if title else []
    pieces.extend(Piece("table head", axis) for axis in axes if axis != title)
    above = tuple(dict.fromkeys(filter(None, (title, *axes))))
    if len({tuple(one.categories.items()) for one in series}) > 1:  # points in a plane: each series has its own
        for one in series:
            pieces.extend(_rows([one], above))
    else:
        pieces.extend(_rows(series, above))
    return pieces


def _rows(series: list[_Series], above: tuple[str, ...]) -> Iterator[Piece]:
    names = [one.name for one in series if one.name]
    if names:
        yield Piece("table head", " | ".join(names))
    for point in sorted(set().union(*(one.values for one in series))):
        filled = [one for one in series if point in one.values]
        cells = [series[0].categories.get(point, ""), *(one.values[point] for one in filled)]
        heads = " | ".join(one.name for one in filled if one.name)
        yield Piece("row", " | ".join(filter(None, cells)), above=(*above, heads) if heads else above)


def _axes(root: etree._Element) -> Iterator[etree._Element]:
    return root.iter("{*}catAx", "{*}dateAx", "{*}serAx", "{*}valAx", "{*}axis")


def _series(root: etree._Element) -> Iterator[_Series]:
    for one in root.iter("{*}ser"):
        if not local_name(one.getparent()).endswith("Chart"):  # it was filtered out, and is not drawn
            continue
        categories = child_of(one, "cat") if child_of(one, "cat") is not None else child_of(one, "xVal")
        values = child_of(one, "val") if child_of(one, "val") is not None else child_of(one, "yVal")
        name = " ".join(_points(child_of(one, "tx")).values())
        sizes = _points(child_of(one, "bubbleSize"))
        shown = {at: " | ".join(filter(None, (value, sizes.get(at)))) for at, value in _points(values).items()}
        yield _Series(name or _line(one, "tx"), _points(categories), shown)
    yield from _newer_series(root)


def _newer_series(root: etree._Element) -> Iterator[_Series]:
    """Waterfalls, funnels, maps and their like, which keep their figures apart from their series."""
    data = {one.get("id"): one for one in root.iter("{*}data")}
    for series in root.iter("{*}series"):
        of_series = child_of(series, "dataId")
        source = data.get(of_series.get("val") if of_series is not None else None)
        if source is not None:
            name = " ".join(_points(child_of(series, "tx")).values()) or _line(series, "tx", "txData")
            yield _Series(name, _points(child_of(source, "strDim")), _points(child_of(source, "numDim")))


def _line(element: etree._Element, *path: str) -> str:
    """Give the value that stands at the end of a path of names."""
    inner: etree._Element | None = element
    for name in path:
        inner = child_of(inner, name)
    value = child_of(inner, "v")
    return " ".join(normalise((value.text if value is not None else None) or "").split())


def _points(source: etree._Element | None) -> dict[int, str]:
    """Give the points of a series by their places; categories of several levels are joined, outermost first."""
    levels: list[dict[int, str]] = []
    for level in (
        source.iter("{*}strCache", "{*}numCache", "{*}strLit", "{*}numLit", "{*}lvl") if (source is not None) else ()
    ):
        code = level.get("formatCode") or (level.findtext("{*}formatCode") or "")
        is_number = local_name(level).startswith("num") or local_name(source) == "numDim"
        points = {}
        for point in level.iterfind("{*}pt"):
            at = integer_of(point, "idx")
            words = " ".join(normalise(point.findtext("{*}v") or point.text or "").split())
            if at is not None and words:
                points[at] = shown_number(words, point.get("formatCode") or code) if is_number else words
        levels.append(points)
    if not levels:
        return {}
    found = levels[0]
    for outer in levels[1:]:
        found = _under(outer, found)
    return dict(sorted(found.items()))


def _under(outer: dict[int, str], inner: dict[int, str]) -> dict[int, str]:
    """Put the label of an outer level, which stands for all places up to the next, before those of the inner one."""
    joined = {}
    label = ""
    for at in sorted(outer.keys() | inner.keys()):
        label = outer.get(at, label)
        if at in inner:
            joined[at] = f"{label} {inner[at]}".strip()
    return joined


def shown_number(words: str, code: str) -> str:
    """Write a stored number as its format shows it: percentages, dates, thousands and decimals; no currency signs.

    Args:
        words: The number as it is stored, such as "0.123"; anything else comes back as it is.
        code: Its number format, such as "0.0%"; what stands behind the first ";" is for other numbers.
    """
    try:
        number = float(words)
    except ValueError:
        return words
    shown = _NOT_SHOWN.sub("", code.split(";")[0]).strip()
    if _DATE_FORMAT.search(shown) and "0" not in shown and 1 <= number <= _LAST_DAY:
        date = (_EPOCH + datetime.timedelta(days=int(number))).isoformat()
        return date if "d" in shown.lower() else date[:7] if "m" in shown.lower() else date[:4]
    places = re.search(r"\.([0#]+)", shown)
    decimals = min(6, len(places[1])) if places else 0
    if shown.endswith("%") and abs(number) < _LARGEST_SHOWN:
        return f"{100 * number:.{decimals}f}%"
    if re.fullmatch(r"[^0#]*[#,0]*0(?:\.[0#]+)?[^0#,E/?]*", shown) and abs(number) < _LARGEST_SHOWN:
        return f"{number:{',' if ',' in shown else ''}.{decimals}f}"
    return str(int(number)) if number.is_integer() and abs(number) < _LARGEST_SHOWN else f"{number:.10g}"
