"""Every sentence and label of the page, in each of its languages."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The page's words in one language; braces are filled in.

    Where a number decides the form, there is one for 1 and one for the others.
    """

    language: str
    thousands: str

    # The conversation
    conversation: str
    welcome: str
    question: str
    question_here: str
    ask: str
    stop: str
    new: str
    hint: str
    no_question: str
    searching_all: tuple[str, str]
    searching_some: tuple[str, str]
    reading: tuple[str, str]
    stopped: str
    failed: str

    # Replies
    verbatim: str
    sure: str
    almost_certain: str
    likely: str
    possible: str
    unlikely: str
    same_words: str
    other_words: str
    more: tuple[str, str]
    silent: str
    nowhere: tuple[str, str]
    not_enough: str
    nearest: tuple[str, str]
    note: str

    # What can be done with a reply
    copy: str
    copied: str
    not_copied: str
    right: str
    wrong: str
    judged_right: str
    judged_wrong: str
    judged_not: str
    again: str
    edit: str
    save_markdown: str
    save_page: str
    nothing_to_save: str

    # The source
    source: str
    source_text: str
    not_here: str
    no_passage: str
    not_loaded: str
    back: str
    to_documents: str
    previous: str
    next: str
    citation_of: str
    cut_before: str
    cut_after: str
    open_file: str
    page: str
    page_of: str
    page_before: str
    page_after: str
    page_image: str
    page_image_marked: str
    no_page_image: str
    paragraph: str
    recognised: str

    # The documents
    documents: str
    document_count: tuple[str, str]
    paragraph_count: tuple[str, str]
    page_count: tuple[str, str]
    filter: str
    no_documents: str
    none_match: str
    more_documents: tuple[str, str]
    ask_only: str
    asking_only: tuple[str, str]
    ask_all: str
    add: str
    add_hint: str
    drop_here: str
    sending: str
    reading_files: str
    reading_paragraphs: str
    cancel: str
    cancelled: str
    added: tuple[str, str]
    not_added: tuple[str, str]
    remove: str
    remove_sure: str
    keep: str
    removed: str
    uploaded: str
    in_part: str
    unread: tuple[str, str]
    offline: str

    def count(self, number: int, forms: tuple[str, str], **others: str) -> str:
        """Fill a number, and what else is named, into the form that goes with it: "1 document", "1,204 documents"."""
        return forms[number != 1].format(n=self.number(number), **others)

    def number(self, number: int) -> str:
        """Write a number with its thousands apart."""
        return f"{number:,}".replace(",", self.thousands)

    def to_dict(self) -> dict[str, str | tuple[str, str]]:
        """Give all words as JSON types, for the browser."""
        return asdict(self)


ENGLISH = Words(
    language="en",
    thousands=",",
    conversation="Conversation",
    welcome="Answers come in the documents’ own words, each with the place where it stands.",
    question="Question",
    question_here="Ask about these documents",
    ask="Ask",
    stop="Stop",
    new="New conversation",
    hint="Enter asks. Shift and Enter begins a new line.",
    no_question="Please type a question first.",
    searching_all=("Searching 1 document…", "Searching {n} documents…"),
    searching_some=("Searching {chosen} of 1 document…", "Searching {chosen} of {n} documents…"),
    reading=("Reading 1 passage…", "Reading {n} passages…"),
    stopped="Stopped before an answer was found.",
    failed="This question could not be answered because of a fault in askfolder. The terminal says more.",
    verbatim="In the documents’ own words.",
    sure="A percentage is how probable it is, by askfolder’s estimate, that the quotation answers the question.",
    almost_certain="Almost certain ({share}%)",
    likely="Likely ({share}%)",
    possible="Possible ({share}%)",
    unlikely="Unlikely ({share}%)",
    same_words="Word for word also in:",
    other_words="The same answer in:",
    more=("1 more quotation", "{n} more quotations"),
    silent="The documents do not say.",
    nowhere=("{terms} occurs nowhere in them.", "{terms} occur nowhere in them."),
    not_enough="The best of their words would answer the question with a probability of {share}%; askfolder asks for "
    "{least}%.",
    nearest=(
        "This passage comes nearest to the question. It is no answer:",
        "These passages come nearest to the question. They are no answer:",
    ),
    note="Note:",
    copy="Copy with citations",
    copied="Copied.",
    not_copied="The browser did not let it be copied.",
    right="Right",
    wrong="Wrong",
    judged_right="Noted as right.",
    judged_wrong="Noted as wrong.",
    judged_not="Taken back.",
    again="Ask again",
    edit="Edit the question",
    save_markdown="Save as Markdown",
    save_page="Save as a page",
    nothing_to_save="There is nothing to save yet.",
    source="Source",
    source_text="Text of the document",
    not_here="This passage is not in “{folder}”. Its document was removed, or has changed since the address was made.",
    no_passage="This address names no passage. Choose a citation in the conversation, or copy the whole address again.",
    not_loaded="The source could not be loaded. Is askfolder still running?",
    back="Back to the answer",
    to_documents="All documents",
    previous="Previous citation",
    next="Next citation",
    citation_of="Citation {i} of {n}",
    cut_before="The document begins earlier.",
    cut_after="The document goes on.",
    open_file="Save the file",
    page="page\u00a0{n}",
    page_of="Page {i} of {n}",
    page_before="Page before",
    page_after="Page after",
    page_image="Page {i} as it looks",
    page_image_marked="Page {i} as it looks, with the quotation boxed; its words stand in the text below",
    no_page_image="The page cannot be shown as it looks.",
    paragraph="paragraph\u00a0{n}",
    recognised="read from an image, {share}% sure",
    documents="Documents",
    document_count=("1 document", "{n} documents"),
    paragraph_count=("1 paragraph", "{n} paragraphs"),
    page_count=("1 page", "{n} pages"),
    filter="Filter by title or file",
    no_documents="There are no documents yet. Add some here, or put files into the folder and start askfolder again.",
    none_match="No document has these words in its title or file name.",
    more_documents=("1 more: filter to see it", "{n} more: filter to see them"),
    ask_only="Ask only “{title}”",
    asking_only=("Asking 1 document only.", "Asking {n} documents only."),
    ask_all="Ask all",
    add="Add documents",
    add_hint="or drop files here",
    drop_here="Drop the files to add them",
    sending="Sending {share}%",
    reading_files="Reading {file} ({i} of {n} files)",
    reading_paragraphs="Learning {i} of {n} paragraphs",
    cancel="Cancel",
    cancelled="Cancelled. What was read by then stays.",
    added=("1 document was added.", "{n} documents were added."),
    not_added=("1 file was not added:", "{n} files were not added:"),
    remove="Remove",
    remove_sure="Remove “{title}”? The file that was handed over is deleted.",
    keep="Keep",
    removed="“{title}” was removed.",
    uploaded="handed over here",
    in_part="read in part: {losses}",
    unread=("1 file could not be read", "{n} files could not be read"),
    offline="askfolder does not answer. Is it still running?",
)

GERMAN = Words(
    language="de",
    thousands=".",
    conversation="Gespräch",
    welcome="Antworten kommen in den Worten der Dokumente, jede mit ihrer Fundstelle.",
    question="Frage",
    question_here="Fragen Sie diese Dokumente",
    ask="Fragen",
    stop="Anhalten",
    new="Neues Gespräch",
    hint="Die Eingabetaste fragt. Mit der Umschalttaste beginnt sie eine neue Zeile.",
    no_question="Bitte schreiben Sie zuerst eine Frage.",
    searching_all=("Suche in 1 Dokument …", "Suche in {n} Dokumenten …"),
    searching_some=("Suche in {chosen} von 1 Dokument …", "Suche in {chosen} von {n} Dokumenten …"),
    reading=("Lese 1 Stelle …", "Lese {n} Stellen …"),
    stopped="Angehalten, bevor eine Antwort gefunden war.",
    failed="Diese Frage konnte wegen eines Fehlers in askfolder nicht beantwortet werden. Im Terminal steht mehr.",
    verbatim="In den Worten der Dokumente.",
    sure="Eine Prozentzahl sagt, mit welcher Wahrscheinlichkeit das Zitat nach askfolders Schätzung die Frage "
    "beantwortet.",
    almost_certain="Fast sicher ({share} %)",
    likely="Wahrscheinlich ({share} %)",
    possible="Möglich ({share} %)",
    unlikely="Unwahrscheinlich ({share} %)",
    same_words="Wörtlich auch in:",
    other_words="Dieselbe Antwort in:",
    more=("1 weiteres Zitat", "{n} weitere Zitate"),
    silent="Die Dokumente sagen dazu nichts.",
    nowhere=("{terms} kommt nirgends darin vor.", "{terms} kommen nirgends darin vor."),
    not_enough="Die besten Worte darin würden die Frage mit {share} % Wahrscheinlichkeit beantworten; "
    "askfolder verlangt {least} %.",
    nearest=(
        "Diese Stelle kommt der Frage am nächsten. Sie ist keine Antwort:",
        "Diese Stellen kommen der Frage am nächsten. Sie sind keine Antwort:",
    ),
    note="Hinweis:",
    copy="Mit Fundstellen kopieren",
    copied="Kopiert.",
    not_copied="Der Browser hat das Kopieren nicht erlaubt.",
    right="Richtig",
    wrong="Falsch",
    judged_right="Als richtig vermerkt.",
    judged_wrong="Als falsch vermerkt.",
    judged_not="Zurückgenommen.",
    again="Noch einmal fragen",
    edit="Frage ändern",
    save_markdown="Als Markdown sichern",
    save_page="Als Seite sichern",
    nothing_to_save="Es gibt noch nichts zu sichern.",
    source="Quelle",
    source_text="Text des Dokuments",
    not_here="Diese Stelle ist nicht in „{folder}“. Ihr Dokument wurde entfernt oder hat sich geändert, seit die "
    "Adresse entstand.",
    no_passage="Diese Adresse nennt keine Stelle. Wählen Sie eine Fundstelle im Gespräch, oder kopieren Sie sie "
    "noch einmal ganz.",
    not_loaded="Die Quelle konnte nicht geladen werden. Läuft askfolder noch?",
    back="Zurück zur Antwort",
    to_documents="Alle Dokumente",
    previous="Vorige Fundstelle",
    next="Nächste Fundstelle",
    citation_of="Fundstelle {i} von {n}",
    cut_before="Das Dokument beginnt früher.",
    cut_after="Das Dokument geht weiter.",
    open_file="Datei sichern",
    page="Seite\u00a0{n}",
    page_of="Seite {i} von {n}",
    page_before="Seite davor",
    page_after="Seite danach",
    page_image="Seite {i}, wie sie aussieht",
    page_image_marked="Seite {i}, wie sie aussieht, das Zitat umrahmt; seine Worte stehen unten im Text",
    no_page_image="Die Seite kann nicht gezeigt werden, wie sie aussieht.",
    paragraph="Absatz\u00a0{n}",
    recognised="aus einem Bild gelesen, {share} % sicher",
    documents="Dokumente",
    document_count=("1 Dokument", "{n} Dokumente"),
    paragraph_count=("1 Absatz", "{n} Absätze"),
    page_count=("1 Seite", "{n} Seiten"),
    filter="Nach Titel oder Datei filtern",
    no_documents="Es gibt noch keine Dokumente. Fügen Sie hier welche hinzu, oder legen Sie Dateien in den Ordner "
    "und starten askfolder neu.",
    none_match="Kein Dokument hat diese Wörter im Titel oder Dateinamen.",
    more_documents=("1 weiteres: filtern, um es zu sehen", "{n} weitere: filtern, um sie zu sehen"),
    ask_only="Nur „{title}“ fragen",
    asking_only=("Gefragt wird nur 1 Dokument.", "Gefragt werden nur {n} Dokumente."),
    ask_all="Alle fragen",
    add="Dokumente hinzufügen",
    add_hint="oder Dateien hierher ziehen",
    drop_here="Loslassen, um die Dateien hinzuzufügen",
    sending="Sende {share} %",
    reading_files="Lese {file} ({i} von {n} Dateien)",
    reading_paragraphs="Lerne {i} von {n} Absätzen",
    cancel="Abbrechen",
    cancelled="Abgebrochen. Was bis dahin gelesen war, bleibt.",
    added=("1 Dokument wurde hinzugefügt.", "{n} Dokumente wurden hinzugefügt."),
    not_added=("1 Datei wurde nicht hinzugefügt:", "{n} Dateien wurden nicht hinzugefügt:"),
    remove="Entfernen",
    remove_sure="„{title}“ entfernen? Die übergebene Datei wird gelöscht.",
    keep="Behalten",
    removed="„{title}“ wurde entfernt.",
    uploaded="hier übergeben",
    in_part="in Teilen gelesen: {losses}",
    unread=("1 Datei konnte nicht gelesen werden", "{n} Dateien konnten nicht gelesen werden"),
    offline="askfolder antwortet nicht. Läuft es noch?",
)

LANGUAGES = {words.language: words for words in (ENGLISH, GERMAN)}


def words_for(accept_language: str | None) -> Words:
    """Choose the language that a browser asks for first among those that there are; English where it asks for none.

    Source:
        Accept-Language: RFC 9110, 12.5.4.
    """
    wanted = []
    for place, part in enumerate((accept_language or "").split(",")[:20]):
        found = re.fullmatch(r"\s*([a-zA-Z]{2,3})(?:-[\w-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?", part)
        if found and (quality := float(found[2] or 1)) > 0:
            wanted.append((-quality, place, found[1].lower()))
    return next((LANGUAGES[language] for _, _, language in sorted(wanted) if language in LANGUAGES), ENGLISH)
