"""Words that every question has, and that say nothing of what it is about. Data, with no behaviour."""

from __future__ import annotations

# English: articles, pronouns, prepositions, conjunctions, auxiliaries, question words, adverbs of degree.
_ENGLISH = """
a about above according across after again against ago all almost along already also although always am among amount an
and another any anybody anyone anything anywhere approximately are around as at away back be because been before behind
being below beneath beside besides between beyond both but by can cannot could currently despite did different do does
doing done down during each either else enough especially etc even ever every everybody everyone everything exactly
except far few following for from further generally get gets give given gives got had has have having he hence her here
hers herself him himself his how however i if in including inside instead into is it its itself just kind kinds last
later least less let like likely long lot made mainly make makes making many may maybe me might mine more most mostly
much must my myself near nearly neither never next nevertheless no nobody none nor not nothing now nowhere of off often
on once one ones only onto or other others otherwise ought our ours ourselves out outside over overall own part per
perhaps please possible previously prior quite rather really regarding same several shall she should simply since so
some somebody someone something sometimes somewhere sort still such take takes than that the their theirs them
themselves then there thereby therefore these they thing things this those though through throughout thus till to
together too toward towards type types typically under unless unlike until up upon us use used usually very via versus
vs was we well were what whatever when whenever where whereas whether which whichever while who whoever whom whose why
will with within without would yes yet you your yours yourself yourselves
don doesn didn isn aren wasn weren won wouldn couldn shouldn hasn haven hadn ain ll ve re
e.g e.g. i.e i.e. hi hello hey thanks thank ok okay sorry
"""

# What questions are made with rather than about.
_ASKING = """
answer answers ask asked asks call called calls come comes compare concern concerned concerning consider considered
define describe described describes detail details determine discuss discussed elaborate exact example examples exist
exists explain explained explains find finds found go goes going happen happened happening happens help identify imply
include included includes indicate indicated indicates information interested involve involved involves keep know known
knows learn list lists look mean meaning means mention mentioned mentions name named names necessary need needed needs
note outline overview play played plays provide provided provides purpose question questions quote reason reasons refer
referred refers relate related relevant respect say says said see seem seems seen set show shown shows specific specify
state stated states suggest summarise summarize summary talk tell tells term terms think thought topic true try
understand want wanted wants way ways word words work works write
actually amongst anyway briefly currently guess somewhat wonder could've did'nt kindly let's order summarising
author document documents file files folder page pages paper papers passage report source sources text
day month much number numbers people person percent percentage place time times year years
"""

# The commonest of other languages, for questions asked in them.
_OTHERS = """
aber als am an auf aus bei bis das dass dem den der des die dies diese dieser durch ein eine einem einen einer eines er
es für gab gibt hat hatte heißt ich ihr im ist jahr kann kein man mit muss nach nicht noch oder sein seine sich sie sind
über um und unter vom von vor wann war waren warum was welche welchem welchen welcher welches wem wen wer werden wessen
wie wieso wird wo wohin worden wurde wurden zu zum zur zwischen
au aux avec ce ces cette combien comment dans de des du elle en est et était furent fut il ils je la le les leur mais
où ou par pas pour pourquoi qu quand que quel quelle quelles quels qui quoi sa se ses son sont sur un une vous
al como cómo con cuál cuáles cuándo cuanto cuánto cuántos cuántas cuando del dónde donde el ella ellos era eran esta
este fue fueron ha hay las lo los más no para pero por qué quién quiénes según ser si sin sobre su sus una uno y
alla alle anche che chi come con cosa cui da dai dal dalla degli dei del della delle di dove è erano fu gli hanno i il
nel nella nelle ne nei non perché perche più qual quale quali quando quanti quanto sono sul sulla tra una uno
ao aos às com da das do dos e ela ele em foi foram mas na nas no nos o onde os ou para pela pelo por porque
quais qual quando quantos quem são se seu sua um uma
aan bij dan dat de deze die dit door een en er geen had heeft het hij hoe hoeveel in is kan maar meer met na naar niet
of om onder ook op over te tot uit van veel voor waar waarom wanneer wat welk welke werd werden wie wordt zijn
att av blev det där en ett för från han har hon hur hvad hvem hvilke hvilken hvor hvornår hvorfor i inte med när och
om på som till var vad varför vem vilka vilken var är af at blev den der det er et fra ikke og til var
co czy dla do gdzie i ile jak jaka jaki jakie jest kiedy kto która które który ma na nie od po przez się są w z za że
в во и на не что кто где когда как какой какая какие какое почему зачем сколько чей это с со к по из у о об от для до
за был была было были есть ли же или а но он она они его её их
"""

# Words of rank, office and kind that names go without as often as with.
_GENERIC = """
mr mrs ms miss mx dr prof professor sir lady lord dame saint st president prime minister chancellor king queen prince
princess emperor empress pope bishop archbishop cardinal senator governor mayor judge justice general colonel captain
major lieutenant admiral sergeant chairman ceo cfo director secretary count duke baron jr sr phd
inc incorporated ltd limited llc plc corp corporation company co gmbh ag sa group holdings
university college school institute department ministry office agency committee commission council court
act treaty agreement convention protocol project programme program policy article section chapter appendix figure table
city town village county state province district republic kingdom river lake mount mountain sea ocean island
"""

# Articles and other short words inside a name.
_JOINING = "of the de la le du des del della di da do dos van von der den het bin ibn al el &"

# No name has them with a capital, but titles In Title Case do.
_AUXILIARIES = "is are was were be been do does did has have had can could should would must"

_AMBIGUOUS = """
ale als aux bij car ces como con cui da das de del den des det di die do dos dove el en era es et fra gab gli ha hat hay
hoe il ile im jest la las le leur li los ma man mas met min mit ne nel para pour sa se ser si sin son sono su sul sur te
tin tot tra tu um un van var vi von war
"""

# Forms of one verb or noun that share no stem: "When did he buy it?" is answered by "bought".
_IRREGULAR = """
arise arose arisen, bear bore born borne, beat beaten, become became, begin began begun, bend bent, bind bound,
bite bit bitten, bleed bled, blow blew blown, break broke broken, breed bred, bring brought, build built, burn burnt,
buy bought, catch caught, child children, choose chose chosen, cling clung, creep crept, deal dealt, dig dug,
draw drew drawn, dream dreamt, drink drank drunk, drive drove driven, eat ate eaten, fall fell fallen, feed fed,
feel felt, fight fought, flee fled, fly flew flown, foot feet, forbid forbade forbidden, forget forgot forgotten,
forgive forgave forgiven, freeze froze frozen, grow grew grown, hang hung, hear heard, hide hid hidden, hold held,
lay laid, lead led, leap leapt, leave left, lend lent, lie lay lain, lose lost loss, man men, meet met, mouse mice,
overcome overcame, pay paid, person people, ride rode ridden, ring rang rung, rise rose risen, run ran, seek sought,
sell sold, send sent, shake shook shaken, shine shone, shoot shot, shrink shrank shrunk, sing sang sung,
sink sank sunk, sit sat, sleep slept, slide slid, speak spoke spoken, speech spoke, spend spent, spin spun,
spring sprang sprung, stand stood, steal stole stolen, stick stuck, strike struck, strive strove, swear swore sworn,
sweep swept, swim swam swum, swing swung, teach taught, tear tore torn, throw threw thrown, tooth teeth,
undergo underwent undergone, wake woke woken, wear wore worn, weave wove woven, win won, wind wound,
withdraw withdrew withdrawn, woman women, analysis analyses, crisis crises, criterion criteria, index indices
"""

FUNCTION_WORDS = frozenset(_ENGLISH.split())
COMMON_WORDS = FUNCTION_WORDS | frozenset(_ASKING.split())
# Of other languages; the ambiguous ones are also words of English, or names.
FOREIGN_WORDS = frozenset(_OTHERS.split()) - COMMON_WORDS
AMBIGUOUS = FOREIGN_WORDS & frozenset(_AMBIGUOUS.split())
GENERIC_IN_NAMES = frozenset(_GENERIC.split())
JOINING = frozenset(_JOINING.split())
AUXILIARIES = frozenset(_AUXILIARIES.split())
IRREGULAR: dict[str, tuple[str, ...]] = {}
for _line in _IRREGULAR.split(","):
    for _form in _line.split():
        IRREGULAR[_form] = (*IRREGULAR.get(_form, ()), *_line.split())
