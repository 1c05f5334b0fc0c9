"""How people greet a program, thank it and give it orders: patterns for whole texts, in lower case without punctuation.

Data, with no behaviour. A pattern must match no question that documents could answer, so each says all of its text.
"""

from __future__ import annotations

import re


def _pattern(*parts: str) -> re.Pattern[str]:
    """Join the lines of a pattern, which may be broken anywhere, with their indents taken away."""
    return re.compile(re.sub(r"\n\s*", "", "".join(parts)))


_NAME = """(?: (?:there|all|everyone|everybody|again|askfolder|bot|chat|friend|dear|team|you|sir|madam|mate))*"""
_GREETING = r"""(?:hello+|hi+|hey+|hiya|howdy|yo|greetings|hallo|hola|bonjour|ciao|salut|moin|servus
    |guten (?:tag|morgen|abend)|buenos d[ií]as|buongiorno|olá|ola|hej|cześć|namaste
    |good (?:morning|afternoon|evening|day))"""
_HELLO = rf"(?:{_GREETING}{_NAME} )?"
_THANKS = r"""(?:many |ok |okay |great |perfect )?
    (?:thanks?|thx|thank you|ty|cheers|danke(?: schön)?|merci|gracias|grazie|obrigad[oa])
    (?: (?:you|so|very|much|a|lot|again|for|the|your|help|answer|that|this|all|everything|indeed|askfolder))*"""
_BYE = r"""(?:good ?bye|bye+|bye bye|see (?:you|ya)(?: (?:later|soon|tomorrow))?|farewell|good night|take care
    |tschüss|adios|au revoir|have a (?:nice|good|great) (?:day|one|evening|weekend))"""
_FINE = r"""(?:ok|okay|sure|yes|no|yep|yeah|yup|nope|nah|alright|all right|great|cool|nice|perfect|wow|very good
    |awesome|excellent|amazing|interesting|i see|got it|understood|well done|good job|(?:good|bad) bot|aha|hm+
    |(?:ha)+ha|lol|lmao|never ?mind|no problem|whatever|sorry|really|i love you|that's (?:all|it|great|wrong|good)
    |you(?: are|'re) (?:great|stupid|useless|wrong|the best|awesome|amazing|dumb|right|welcome))"""

GREETING = _pattern(_GREETING, _NAME)
WELL_BEING = _pattern(
    _HELLO,
    r"""(?:how are (?:you|things)(?: doing)?|how do you (?:do|feel)|how(?: is|'s) it going|what(?:'s| is|s) up|sup
    |wassup|how was your day|(?:nice|pleased) to meet you|are you ok(?:ay)?)(?: today)?""",
    _NAME,
)
THANKS = _pattern(_THANKS, rf"(?: {_BYE})?")
WHO = _pattern(
    _HELLO,
    r"""(?:(?:who|what) are you|what(?: is|'s) your name|who (?:made|built|created|wrote|programmed) you
    |are you (?:an? )?(?:real )?(?:ai|bot|robot|human|person|chatbot|chatgpt|gpt|machine|computer|language model|real)
    |introduce yourself|tell me about yourself|what(?: is|'s) (?:askfolder|this (?:tool|program|app|chat|bot)))""",
)
HELP = _pattern(
    _HELLO,
    r"""(?:(?:please )?help(?: me)?(?: please)?|what can (?:you|i|we) (?:do|ask)(?: you| here| for me)*|what do you know
    |how does this (?:thing |tool |program |app )?work|how do you work
    |how (?:do|can|should) i (?:use|ask) (?:this|it|you)
    |how can you help(?: me)?|(?:can|could) you help(?: me)?(?: please)?|i need (?:some |your )?help|what should i ask
    |(?:can|may) i ask (?:you )?(?:something|a question)|i have a question)""",
)
FINE = _pattern(_FINE, rf"(?: {_FINE})?(?: {_THANKS})?")
BYE = _pattern(r"(?:ok |okay )?", _BYE, _NAME, rf"(?: {_THANKS})?")

# What comes before an order: "hello, could you please"
POLITE = _pattern(
    "^",
    _HELLO,
    r"""(?:(?:please|kindly|now|ok|okay|so|and|then|just|first) )*
    (?:(?:(?:can|could|would|will) you|(?:i|we) (?:want|need|would like|'d like) you to|i'd like you to
    |you (?:must|should|have to|need to|will|shall)|let's) )?(?:(?:please|kindly|now|just) )*""",
)

# Orders to forget what it is, or to be something else

_ALL = r"""(?:(?:all|any)(?: of)?|every|everything|the|your|my|our|their|these|those|this|that|previous|above|prior
    |earlier|other|original|system)"""
_RULES = r"""(?:instructions?|rules?|prompts?|guidelines|training|programming|constraints|restrictions|filters?|context
    |directives|documents?|files?|folder|sources?|texts?|passages?)"""
OVERRIDE = (
    _pattern(
        rf"(?:ignore|disregard|forget|override|bypass)(?: about)?(?: {_ALL})+ {_RULES}",
        r"(?: (?:and|then|instead|now|you|above|so|but|given|from|in|i|that|here|just|only)(?: .*)?)?",
    ),
    _pattern(
        r"""(?:ignore|disregard|forget) (?:everything|all|that|it|this|what)
        (?: (?:you|i|we|above|before|previously|said|know|were|told|have|been|'ve))*(?: and .*)?"""
    ),
    _pattern(
        r"(?:act|behave|respond|talk|speak|answer|reply|write) (?:only )?(?:as|like) ",
        r"(?:if you|though you|a|an|my)(?: [\w'-]+){1,8}",
    ),
    _pattern(r"(?:pretend|imagine) (?:to be|(?:that )?you(?:'re| are)|you were)(?: .*)?"),
    _pattern(
        r"(?:you(?:'re| are) now|from now on (?:you|act|answer|speak|respond|reply|only|always|be)) .*",
        r"|role-?play(?: as .*)?|(?:enable|activate|enter) (?:dan|developer|jailbreak|debug|god|admin) ?(?:mode)?",
    ),
    _pattern(
        rf"(?:what(?:'s| is| are)|show|print|reveal|repeat|give|tell|output|display|leak)(?: me)?(?: {_ALL})* ",
        r"(?:(?:hidden |initial |secret )?prompt|system message|(?:your|secret|hidden) instructions)",
    ),
    _pattern(r"repeat after me(?: .*)?|say (?:hello|hi|something|(?:that|it) again)"),
)

# Orders to write

_WRITTEN = r"""(?:essay|poem|story|song|letter|e-?mail|article|report|blog|blog post|post|tweet|speech|code|script
    |program|function|joke|haiku|limerick|sonnet|rap|memo|paragraph|review|presentation|outline|novel|press release)"""
_INVENTED = r"(?:essay|poem|story|song|joke|haiku|limerick|sonnet|rap|riddle|fairy tale|lullaby)"
WRITE = (
    _pattern(
        r"(?:(?:write|compose)(?: me| us)?(?: a| an| the| some| another| my| \d+)|(?:draft|generate)(?: me| us)? an?)",
        rf"(?: [\w'-]+){{0,3}} {_WRITTEN}s?(?: .*)?",
    ),
    _pattern(
        r"(?:create|make up|make|produce|give|tell|sing|recite)(?: me| us)?(?: a| an| another| some)",
        rf"(?: [\w'-]+){{0,2}} {_INVENTED}s?(?: .*)?",
    ),
    _pattern(
        r"(?:write|compose)(?: me| us)? (?:python |javascript |java |html |sql |some )?",
        r"(?:code|poetry|lyrics|fiction|something|anything)(?: .*)?",
    ),
)

# Orders to sum up, explain or translate what is there, without a word on what in it matters

_ALL_OF_IT = r"""(?:(?:all|both|each|of|the|this|these|my|that|those|your|our|whole|entire|every|uploaded|attached
    |above|following) )*(?:it|this|that|them|these|everything|all|documents?|docs?|files?|folder|papers?|texts?|pdfs?
    |contents?|pages?|articles?|reports?)"""
_LENGTH = r"""(?: (?:please|briefly|shortly|quickly|for me|to me|in short|in detail|in simple (?:terms|words)
    |in your own words|in plain english|in this folder|i have|i uploaded|you have|as a list
    |in (?:a|an|one|two|three|four|five|ten|\d+|a few|few|some|bullet)
    (?: \w+)?(?: (?:sentences?|words?|paragraphs?|lines?|points?|pages?))?))*"""
_LANGUAGE = r"""(?:english|german|french|spanish|italian|portuguese|dutch|polish|russian|chinese|japanese|korean|arabic
    |hindi|turkish|swedish|danish|norwegian|finnish|greek|latin|hebrew|ukrainian|czech|hungarian|romanian)"""
SUM_UP = (
    _pattern(
        r"(?:translate|rewrite|rephrase|paraphrase|proofread|shorten|simplify|reword|correct|convert) ",
        rf"{_ALL_OF_IT}(?: (?:to|into|in|from|as) .*)?{_LENGTH}",
    ),
    _pattern(rf"translate .* (?:to|into) {_LANGUAGE}{_LENGTH}"),
    _pattern(
        r"(?:summari[sz]e|sum up|recap|tl ?dr|(?:give|write|make|show|create|provide)(?: me| us)?(?: a| an| the)?",
        rf"(?: \w+)? (?:summary|overview|outline|recap|gist)(?: of)?)(?: {_ALL_OF_IT})?{_LENGTH}",
    ),
    _pattern(rf"(?:outline|review|analy[sz]e|explain|describe|read) {_ALL_OF_IT}{_LENGTH}"),
    _pattern(
        r"(?:what(?:'s| is| are|'re)) (?:these|the|this|all these|my) ",
        r"(?:documents?|files?|folder|papers|texts?|pdfs?) (?:all )?about",
    ),
)

TOUCH = (
    _pattern(
        r"(?:delete|remove|erase|destroy|rename|move|copy|edit|open|close|upload|download|print|send|share|e-?mail) ",
        rf"{_ALL_OF_IT}(?: (?:to|from|on) .*)?",
    ),
    _pattern(
        r"(?:search|browse) the (?:web|internet)(?: .*)?|google (?:this|it|that|for .*)",
        r"|send an? (?:e-?mail|message) .*",
    ),
)
