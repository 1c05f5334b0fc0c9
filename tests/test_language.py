"""A text's language is told by its words, or else taken from what its file declares."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from index.documents import Paragraph, ParagraphKind
from index.language import language_of

TEXTS = {
    "en": "The council met on Monday to discuss the budget of the town and the bridge. Nobody spoke against the plan.",
    "de": "Der Rat trat am Montag zusammen, um über den Haushalt der Stadt zu beraten. Niemand sprach gegen den Plan.",
    "fr": "Le conseil s'est réuni lundi pour discuter du budget de la ville. Personne ne s'est opposé au projet.",
    "es": "El consejo se reunió el lunes para discutir el presupuesto de la ciudad. Nadie habló en contra del plan.",
    "ru": "Совет собрался в понедельник, чтобы обсудить бюджет города и мост. Никто не выступил против плана.",
    "zh": "市议会星期一开会讨论了城市预算和桥梁问题。没有人反对这个计划,议员们决定在六月之前不作任何决定。",
    "ar": "اجتمع المجلس يوم الاثنين لمناقشة ميزانية المدينة والجسر. لم يتحدث أحد ضد الخطة، وتم اتخاذ القرار.",
    "uk": "Рада зібралася в понеділок, щоб обговорити бюджет міста. Ніхто не виступив проти плану, і рішення прийнято.",
    "ja": "市議会は月曜日に開かれ、市の予算と橋について話し合った。計画に反対する人はいなかった。",
    "pt": "O conselho reuniu-se na segunda-feira para discutir o orçamento da cidade. Ninguém se opôs ao plano.",
}


def told(text: str, declared: str | None = None, kind: ParagraphKind = "prose") -> str | None:
    """Give the language of a text of one paragraph."""
    return language_of(text, (Paragraph(1, 0, len(text), kind),), declared)


@pytest.mark.parametrize("language", TEXTS)
def test_language_of_two_sentences(language: str) -> None:
    """Two sentences tell their language, and as many as a document has tell it too."""
    assert told(TEXTS[language]) == language
    assert told(TEXTS[language] * 100) == language


def test_language_of_the_words_is_believed_before_the_files() -> None:
    """A German text that a program declares to be English is German."""
    assert told(TEXTS["de"], "en-US") == "de"


@pytest.mark.parametrize(
    ("declared", "language"),
    [("de-AT", "de"), ("EN_us", "en"), (" fr ", "fr"), ("x-default", None), ("german", None), ("", None), (None, None)],
)
def test_language_of_too_few_words_is_the_declared_one(declared: str | None, language: str | None) -> None:
    """A few words are no evidence, so that the file's word stands, where it is a language's code."""
    assert told("Total 5", declared) == language


def test_language_of_a_tables_rows_is_not_guessed() -> None:
    """Names and figures in rows tell nothing."""
    assert told(TEXTS["de"], "nl", "row") == "nl"


def test_language_of_names_and_signs_is_not_guessed() -> None:
    """What is like no language is none."""
    assert told("0 1 2 3 … — " * 50) is None


def test_language_of_a_paper_with_an_english_summary_is_the_papers() -> None:
    """The sample is taken from all over the text, not from its beginning only."""
    summary, body = TEXTS["en"], [TEXTS["fr"]] * 60
    text = "\n\n".join([summary, *body])
    paragraphs, at = [], 0
    for number, words in enumerate([summary, *body], 1):
        paragraphs.append(Paragraph(number, at, at + len(words)))
        at += len(words) + 2
    assert language_of(text, paragraphs, None) == "fr"


def test_language_of_english_needs_no_classifier() -> None:
    """English is told without loading the classifier, which takes half a second."""
    code = (
        "import sys; from index.documents import Paragraph; from index.language import language_of; "
        f"text = {TEXTS['en']!r}; print(language_of(text, (Paragraph(1, 0, len(text)),), None), "
        "'py3langid' in sys.modules)"
    )
    root = str(Path(__file__).parents[1])
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["en", "False"]
