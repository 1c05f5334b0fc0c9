"""Which lines of a mail are its writer's own, and which are earlier mails, who wrote them, or a signature.

People quote in many ways: behind ">", under "On 3 May 2024, X wrote:", below "-----Original Message-----", or below the
earlier mail's own headers. A mail that somebody forwards is content: it is what was sent.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

Voice = Literal["own", "history", "frame", "heading"]
"""Whose a line is: the writer's, an earlier mail's, nobody's (signatures, headers), or the head of a mail inside."""


class MailLine(NamedTuple):
    """A line as it stands in a mail.

    Attributes:
        words: Without the marks of quotation before it.
        depth: How many of those there were, or how many quotations an HTML page puts around it.
        is_signature: Whether the mail's program says that it belongs to a signature.
    """

    words: str
    depth: int = 0
    is_signature: bool = False


_DASHES = r"[-—_=*>\s]{0,40}"
_FORWARDED = re.compile(
    rf"{_DASHES}(?:begin forwarded message|forwarded (?:message|by)\b.{{0,80}}|start of forwarded message"
    r"|(?:anfang der )?weitergeleitete[rn]? (?:nachricht|mail|e-mail)"
    r"|(?:début du )?message (?:transféré|réexpédié)|(?:inicio del )?mensaje reenviado"
    r"|(?:início da )?mensagem encaminhada|(?:inizio )?messaggio inoltrato|(?:begin )?doorgestuurd bericht"
    r"|vidarebefordrat meddelande"
    rf"|wiadomość przekazana|пересланное сообщение){_DASHES}:?{_DASHES}",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"\s{0,3}[-—_*]{2,40}\s{0,3}(?:original (?:message|appointment|e-?mail)|ursprüngliche (?:nachricht|e-?mail)"
    r"|original-?nachricht|message d['’]origine|message original|mensaje original|mensagem original|messaggio originale"
    r"|oorspronkelijk bericht|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|reply message"
    r"|original message follows|исходное сообщение|wiadomość oryginalna)\s{0,3}[-—_*]{0,40}.{0,40}",
    re.IGNORECASE,
)
_FROM_NAMES = "from|von|de|da|van|från|fra|od|от"
_SUBJECT_NAMES = "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|temat|тема"
_OTHER_NAMES = (
    r"sent|date|to|cc|bcc|kopie|reply-to|importance|attachments?|gesendet|datum|an|antwort an|wichtigkeit|envoyé|à|a"
    r"|enviado(?: el)?|fecha|para|inviato|data|enviada(?: em)?|verzonden|aan|skickat|till|sendt|til|dato|wysłano|do|dw"
    r"|отправлено|дата|кому|копия|message-id|organi[sz]ation"
)
_HEADER = re.compile(
    rf"[*_\s]{{0,4}}(?:(?P<sender>{_FROM_NAMES})|(?P<subject>{_SUBJECT_NAMES})|(?P<other>{_OTHER_NAMES}))"
    r"[*_]{0,2}[ \u00a0]?:[*_]{0,2}(?:\s|$)",
    re.IGNORECASE,
)
_LONGEST_MARK = 200  # characters
_MOST_HEADER_LINES = 24  # lines
_OPENS_ATTRIBUTION = re.compile(
    r"(?:on|am|le|el|il|em|op|den|på|w dniu|dnia|in (?:a|his|her) (?:message|mail)|\d)\b", re.I
)
_ATTRIBUTION = re.compile(
    r".{0,300}\b(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|napisał\(?a?\)?"
    r"|написал\(?а?\)?|пишет)\b.{0,200}?[:：][*_\s]*",
    re.IGNORECASE,
)
_WRITTEN_BY = re.compile(r".{0,300}(?:@|\b(?:19|20)\d\d\b|\d{1,2}[:.]\d\d).{0,200}[:：][*_\s]*")
_LONGEST_ATTRIBUTION = 400  # characters
_SIGNATURE = re.compile(r"--\s?")
_MOST_SIGNATURE_LINES = 20
_FROM_A_TELEPHONE = re.compile(
    r"(?:sent|envoyé|gesendet|von meinem|diese nachricht wurde von|enviado|inviato|verzonden|skickat|get|get the|"
    r"télécharger|obtener|holen sie sich|scarica)\b.{0,60}\b(?:iphone|ipad|android\w*|samsung|galaxy|blackberry|huawei|"
    r"smartphone|mobile|mobiltelefon|handy|móvil|outlook|ios|yahoo mail|proton ?mail|gmail|mail)\b.{0,40}",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*[-_=*]{5,}\s*")
_LIST_FOOTER = re.compile(r"_{20,}")
_PGP = re.compile(r"-----(BEGIN|END) PGP (SIGNED MESSAGE|SIGNATURE|MESSAGE|PUBLIC KEY BLOCK)-----")
_SAYS_BELOW = re.compile(
    r"\b(?:fyi|f\.y\.i|for your information|see below|below|forward(?:ing|ed)?|zur info\w*|zur kenntnis|z\. ?k\.|unten|"
    r"weitergeleitet|ci-dessous|pour info\w*|abajo|para (?:su|tu) información|di seguito|per conoscenza|ter info\w*|"
    r"hieronder|segue|abaixo)\b",
    re.IGNORECASE,
)
_FORWARD_SUBJECT = re.compile(r"(?:fwd?|wg|tr|rv|i|enc|doorst|vs|vb|pd)\s?(?:\[\d\])?:", re.IGNORECASE)
_REPLY_SUBJECT = re.compile(r"(?:re|aw|sv|antw?|odp|rép|ref|res)\s?(?:\[\d+\])?:", re.IGNORECASE)
_SAYS_LITTLE = 25  # words
_SAYS_LITTLE_MORE = 60  # words, where they speak of what stands below


def voices(lines: Sequence[MailLine], subject: str, *, is_reply: bool) -> list[Voice]:
    """Say whose each line is.

    Args:
        lines: Of one part of a mail; blank ones as well.
        subject: The mail's own.
        is_reply: Whether its headers say that it answers another mail.
    """
    found = _Sorter(lines, is_forward=_FORWARD_SUBJECT.match(subject) is not None)
    found.sort()
    own = " ".join(line.words for line, voice in zip(lines, found.voices, strict=True) if voice == "own")
    if "history" in found.voices and not found.is_forward:
        count = len(own.split())
        is_answer = is_reply or _REPLY_SUBJECT.match(subject) is not None
        says_little = count <= _SAYS_LITTLE and not is_answer and found.has_headers
        if count == 0 or says_little or (count <= _SAYS_LITTLE_MORE and _SAYS_BELOW.search(own)):
            found = _Sorter(lines, is_forward=True)
            found.sort()
    return found.voices


def _is_mark(mark: re.Pattern[str], words: str) -> bool:
    return len(words) <= _LONGEST_MARK and mark.fullmatch(words) is not None


class _Sorter:
    """Goes through the lines from top to bottom."""

    def __init__(self, lines: Sequence[MailLine], *, is_forward: bool) -> None:
        self.voices: list[Voice] = []
        self.is_forward = is_forward
        self.has_headers = False  # of an earlier mail, or a mark like them: so programs forward, and some answer
        self._lines = lines
        self._base = 0  # lines that are quoted deeper are history
        self._rest: Voice = "own"  # what lines are that nothing else is said of
        self._signature_ends = -1
        self._pgp = ""
        self._header_ends: dict[int, int] = {}  # found once for each line, be it asked for by many
        self._attribution_ends: dict[int, int] = {}

    def sort(self) -> None:
        """Fill `voices`."""
        while len(self.voices) < len(self._lines):
            n = len(self.voices)
            line = self._lines[n]
            if self._base and line.words.strip() and line.depth < self._base:
                self._base, self._rest = 0, "own"
            if not self._block(n, line):
                self.voices.append(self._voice(n, line))

    def _block(self, n: int, line: MailLine) -> bool:
        """Read what begins an earlier mail, if a line does."""
        words = line.words
        if not words.strip() or self._rest == "history":
            return False
        if self.is_forward:
            self._base = max(self._base, line.depth)
        elif line.depth > self._base and not (_is_mark(_FORWARDED, words) and self._begins_quote(n)):
            return False
        if _is_mark(_FORWARDED, words):
            self.voices.append("frame")
            self._go_into(n + 1)
            return True
        if _is_mark(_ORIGINAL, words):
            self._earlier(n, n + 1)
            return True
        if last := self._headers(n):
            self._take_rule(n)
            if self.is_forward:
                self._go_into(n)
            else:
                self._earlier(n, last)
            return True
        if last := self._attribution(n):
            self.voices.extend(["frame" if self.is_forward else "history"] * (last - n))
            if self._next_depth(last) <= line.depth:
                self._rest = "own" if self.is_forward else "history"
            elif self.is_forward:
                self._go_into(last)
            return True
        return False

    def _take_rule(self, n: int) -> None:
        """Let a rule above an earlier mail's headers go with them."""
        for at in range(n - 1, max(-1, n - 4), -1):
            if _RULE.fullmatch(self._lines[at].words):
                self.voices[at:n] = ["frame" if self.is_forward else "history"] * (n - at)
            if self._lines[at].words.strip():
                return

    def _begins_quote(self, n: int) -> bool:
        """Whether a line is the first of a quotation that nobody is named for: so a page quotes what it forwards."""
        for at in range(n - 1, -1, -1):
            if self._lines[at].words.strip():
                return self._lines[at].depth <= self._base and self.voices[at] != "history"
        return True

    def _earlier(self, n: int, last: int) -> None:
        """Everything below is history; in a mail that was forwarded it is what was sent."""
        self.has_headers = True
        if self.is_forward:
            self.voices.extend(["frame"] * (last - n))
            self._go_into(last)
        else:
            self.voices.extend(["history"] * (last - n))
            self._rest = "history"

    def _go_into(self, n: int) -> None:
        """Take what follows as content, though it be quoted as a whole."""
        self._base = max(self._base, self._next_depth(n))
        self._rest = "own"
        while n < len(self._lines) and not self._lines[n].words.strip():
            n += 1
        if n >= len(self.voices) and (last := self._headers(n)):
            self.voices.extend(["frame"] * (n - len(self.voices)))
            self._name(n, last)

    def _name(self, n: int, last: int) -> None:
        for line in self._lines[n:last]:
            header = _HEADER.match(line.words)
            self.voices.append("heading" if header and (header["sender"] or header["subject"]) else "frame")

    def _next_depth(self, n: int) -> int:
        return next((line.depth for line in self._lines[n : n + 8] if line.words.strip()), 0)

    def _headers(self, n: int) -> int:
        """Give where the headers of an earlier mail end that begin in this line; 0 where none do."""
        if n not in self._header_ends:
            self._header_ends[n] = self._end_of_headers(n)
        return self._header_ends[n]

    def _end_of_headers(self, n: int) -> int:
        if n >= len(self._lines) or not _HEADER.match(self._lines[n].words):
            return 0
        names: set[str] = set()
        has_sender = has_subject = has_address = False
        last, blank = n, 0
        for at in range(n, min(n + _MOST_HEADER_LINES, len(self._lines))):
            header = _HEADER.match(self._lines[at].words)
            if header:
                names.add(header[0].strip(" *_:\u00a0\t").lower())
                has_sender = has_sender or header["sender"] is not None
                has_subject = has_subject or header["subject"] is not None
                has_address = has_address or "@" in self._lines[at].words
                last, blank = at + 1, 0
            elif self._lines[at].words.strip():
                if blank or (at > last + 2):
                    break
            else:
                blank += 1
                if blank > 1:
                    break
        return last if len(names) >= 3 and has_sender and (has_subject or has_address) else 0

    def _attribution(self, n: int) -> int:
        """Give where "On 3 May 2024, X wrote:" ends that begins in this line; 0 where it does not."""
        if n not in self._attribution_ends:
            self._attribution_ends[n] = self._end_of_attribution(n)
        return self._attribution_ends[n]

    def _end_of_attribution(self, n: int) -> int:
        words = ""
        for at in range(n, min(n + 4, len(self._lines))):
            line = self._lines[at].words.strip()
            if not line:
                break
            words += f" {line}"
            if len(words) > _LONGEST_ATTRIBUTION:
                break
            if not words.endswith((":", "：", ":*", ":_")):
                continue
            quotes_below = self._next_depth(at + 1) > self._lines[n].depth
            words = words.strip()
            says_when = _WRITTEN_BY.fullmatch(words) is not None
            says_who = _ATTRIBUTION.fullmatch(words) is not None
            if quotes_below:
                return at + 1 if says_who or says_when else 0
            return at + 1 if says_who and says_when and _OPENS_ATTRIBUTION.match(words) else 0
        return 0

    def _voice(self, n: int, line: MailLine) -> Voice:
        words = line.words.strip()
        if pgp := _PGP.fullmatch(words):
            self._pgp = pgp[2] if pgp[1] == "BEGIN" else ""
            return "frame"
        if self._pgp:
            if self._pgp == "SIGNED MESSAGE":
                self._pgp = "" if not words else self._pgp
            return "frame"
        if self._rest == "history" or line.depth > self._base:
            return "history"
        if n < self._signature_ends or line.is_signature:
            return "frame"
        if _SIGNATURE.fullmatch(line.words) or (_LIST_FOOTER.fullmatch(words) and self._is_list_footer(n)):
            self._signature_ends = self._end_of_signature(n)
            return "frame" if self._signature_ends > n else "own"
        if len(words) <= 120 and _FROM_A_TELEPHONE.fullmatch(words):
            return "frame"
        return "own"

    def _end_of_signature(self, n: int) -> int:
        """Find where a signature ends: at an earlier mail, or with the text; what is long is none."""
        count = 0
        for at in range(n + 1, len(self._lines)):
            line = self._lines[at]
            if line.depth > self._base or _is_mark(_ORIGINAL, line.words) or _is_mark(_FORWARDED, line.words):
                return at
            if self._headers(at) or self._attribution(at):
                return at
            count += bool(line.words.strip())
            if count > _MOST_SIGNATURE_LINES:
                return n
        return len(self._lines)

    def _is_list_footer(self, n: int) -> bool:
        return any("list" in line.words.lower() for line in self._lines[n + 1 : n + 4])
