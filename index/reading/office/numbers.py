"""Numbers as word processors write them before headings, items, notes and on pages: 4, iv, D, ④, fourth."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LARGEST_ROMAN = 32_767  # what Word counts to; it also bounds how long a numeral gets
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CYRILLIC = "абвгдежзиклмнопрстуфхцчшщыэюя"
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_IRREGULAR = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_DIGITS = "〇一二三四五六七八九"
_MARKS = "*†‡§"


def roman(number: int) -> str:
    """Write a number in small Roman numerals; in figures where there are none for it."""
    if not 0 < number <= _LARGEST_ROMAN:
        return str(number)
    written = ""
    for value, letters in _ROMAN:
        written += letters * (number // value)
        number %= value
    return written


def lettered(number: int, letters: str = _LETTERS) -> str:
    """Write a number as Word does in letters: a to z, then aa to zz, then aaa."""
    if not 0 < number <= 30 * len(letters):
        return str(number)
    return letters[(number - 1) % len(letters)] * ((number - 1) // len(letters) + 1)


def columned(number: int) -> str:
    """Write a number in letters as the columns of a spreadsheet are named: a to z, then aa, ab."""
    written = ""
    rest = number
    while rest > 0:
        rest, place = divmod(rest - 1, 26)
        written = _LETTERS[place] + written
    return written or str(number)


def cardinal(number: int) -> str:
    """Write a number below 1,000 in English words; a larger one in figures."""
    if not 0 <= number < 1000:
        return str(number)
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    hundreds, rest = divmod(number, 100)
    return f"{_ONES[hundreds]} hundred" + (f" {cardinal(rest)}" if rest else "")


def ordinal_word(number: int) -> str:
    """Write the place in a row below 1,000 in English words; a larger one in figures."""
    words = cardinal(number)
    if words[-1].isdigit():
        return ordinal(number)
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    start, last = words[:cut], words[cut:]
    return start + (_IRREGULAR.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"))


def ordinal(number: int) -> str:
    """Write the place in a row: 1st, 2nd, 3rd, 4th."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def chinese(number: int) -> str:
    """Write a number below 100 as it is counted in Chinese and Japanese; a larger one digit by digit."""
    if not 0 < number < 100:
        return "".join(_DIGITS[int(digit)] for digit in str(number)) if number >= 0 else str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 0 < number <= 20 else str(number)


def _full_width(number: int) -> str:
    return "".join(chr(0xFF10 + int(digit)) if digit.isdigit() else digit for digit in str(number))


def _marked(number: int) -> str:
    return _MARKS[(number - 1) % 4] * ((number - 1) // 4 + 1) if 0 < number <= 40 else str(number)


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": lettered,
    "upperLetter": lambda number: lettered(number).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
    "ordinal": ordinal,
    "cardinalText": lambda number: cardinal(number).capitalize(),
    "ordinalText": lambda number: ordinal_word(number).capitalize(),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "ideographEnclosedCircle": _circled,
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "japaneseDigitalTenThousand": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "ideographDigital": chinese,
    "russianLower": lambda number: lettered(number, _CYRILLIC),
    "russianUpper": lambda number: lettered(number, _CYRILLIC).upper(),
    "numberInDash": lambda number: f"- {number} -",
    "chicago": _marked,
    "none": lambda number: "",
    "bullet": lambda number: "",
}


def written(number: int, number_format: str) -> str:
    """Write a number in one of the formats that WordprocessingML names; one that is not known here, in figures."""
    write = _FORMATS.get(number_format)
    return write(number) if write is not None else str(number)
