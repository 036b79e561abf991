"""Texts as the store keeps them: deflated against a dictionary of what all of them say.

Pure. The dictionary is a part of the format and never changes: another one needs another mark. What is not packed, as
earlier versions wrote it and as short texts stay, is read as it is.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from typing import Final

_MARK: Final = "~1"
"""Begins a packed text; no JSON begins so. The number is the dictionary's."""

_DICTIONARY: Final = (
    '["thanks","hello","goodbye","help","I would like to ","can you ","please","my order ","is not ","the custome'
    'r ","wakes_at":"held":[{"absorbed":["left":["notes":["troubled":["returned":"closed","by_lesson":true,"offer'
    '":{"text":""guesses":[["doubts":1,"last_answer":"utter_"last_texts":["earlier":[{"number":1,"reason":"stuck"'
    ',"opened_at":17"resolved_at":17"similar":[{"source":"#1","question":"answer":"likeness":0."entities":[["orde'
    'r_number",""entities":[["product","language":"de","locale":"de-DE","timezone":"Europe/Berlin","email":"@exam'
    'ple.com","tier":"vip","picture":"https://avatars.slack-edge.com/"is_guest":true,"is_outsider":true,"files":['
    '{"id":"F0","name":""media_type":"image/png","size":"url":"https://files.slack.com/files-pri/T0{"at":17,"spea'
    'ker":"bot","name":"Assistant","text":"","mirrored":true},"sentence":"The customer is upset.","The same quest'
    'ion came again.","The bot was not sure."reason":"policy","reason":"upset","reason":"unsure","reason":"agent"'
    ',"status":"queued","status":"on_hold","status":"resolved","resolution":"solved","resolved_by":"rating":5,"du'
    'e":"first_answer","due_at":17"done":["timers":[["{"number":1001,"conversation":"slack|T0|D0|","status":"queu'
    'ed","desk":"support","platform":"teams","platform":"web","platform":"slack","customer":"","reason":"asked","'
    'sentence":"The customer asked for a person.","assignee":"","opened_at":17"assignee_key":"slack|T0|U0{"ref":{'
    '"place":{"platform":"slack","tenant":"T0","channel":"C0"},"id":"17"},"thread":{"platform":"slack","tenant":"'
    'T0","channel":"C0","thread":"17"}}{"id":"slack|T0|D0|","place":{"platform":"slack","tenant":"T0","channel":"'
    'D0"},"customer":{"platform":"slack","tenant":"T0","id":"U0","name":"","locale":"en-US","timezone":"Europe/Lo'
    'ndon","picture":"https://"},"opened_at":17,"status":"assigned","case":{"number":10,"desk":"support","why":{"'
    'reason":"asked","sentence":"The customer asked for a person.","evidence":["“”"]},"opened_at":17,"need":{"int'
    'ent":"","confidence":0.99},"moods":[{"at":17,"upset":0.0,"label":"neutral"},{"at":17,"upset":0.0,"label":"ne'
    'utral"}],"assignee":{"platform":"slack","tenant":"T0","id":"U0","name":""},"claimed_at":17,"first_answer_at"'
    ':17,"clock":{"began_at":17,"asked_at":17,"answered_at":17},"thread":"slack|T0|C0|17","arrived":"","arrived_a'
    't":17},"moods":[{"at":17,"upset":0.0,"label":"neutral"}],"need":{"intent":"","confidence":0.99},"relayed":["'
    'slack|T0|C0|17"],"word":"slack|T0|U0","tracker":"","language":"en","last_customer_at":17,"transcript":[{"at"'
    ':17,"speaker":"customer","name":"","text":"","ref":{"place":{"platform":"slack","tenant":"T0","channel":"D0"'
    ',"thread":""},"id":"17"},"mirrored":true},{"at":17,"speaker":"agent","name":"","text":"","ref":{"place":{"pl'
    'atform":"slack","tenant":"T0","channel":"C0","thread":"17"},"id":"17"},"mirrored":true}]}{"at":17,"conversat'
    'ion":"slack|T0|D0|","case":1,"kind":"resolved","kind":"noted","kind":"delivered","kind":"edited","kind":"tak'
    'en_up","text":"#1 waited 0 s of working time for somebody.","kind":"first_answered","text":"First answer by '
    '.","kind":"claimed","text":"#1 was claimed by ."kind":"handed_over","text":"Handed over to people as #1, bec'
    'ause asked: The customer asked for a person. Evidence: “”","labels":{"reason":"asked","intent":"","desk":"su'
    'pport","platform":"slack","agent":""}}{"at":17,"conversation":"slack|T0|D0|","case":null,"kind":"opened","te'
    'xt":" began on slack.""kind":"answered","text":"Answered by utter_","labels":{"intent":""}}"kind":"understoo'
    'd","text":"Understood as  (99%); neutral, upset 0%","labels":{"intent":"","emotion":"neutral"}}{"at":17,"con'
    'versation":"slack|T0|D0|","case":10,"kind":"replied","text":" answered the customer.","labels":{"agent":""}}'
    '{"at":17,"conversation":"slack|T0|D0|","case":10,"kind":"customer_said","text":" wrote.","labels":{"platform'
    '":"slack"}}'
).encode()

_LEVEL: Final = 3
_WINDOW: Final = -13
"""Eight kilobytes without header: a deflater with the usual window takes ten times as long to make as to use here."""

_MEMORY: Final = 6

_DEFLATER: Final = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW, _MEMORY, zdict=_DICTIONARY)
"""One that has read the dictionary and nothing else: to copy it takes a third of the time that another one takes."""


def packed(text: str) -> str:
    """A text in fewer characters, all of them ASCII; the text itself where it would be no shorter."""
    deflater = _DEFLATER.copy()
    small = _MARK + b64encode(deflater.compress(text.encode()) + deflater.flush()).decode("ascii")
    return small if len(small) < len(text) else text


def unpacked(text: str) -> str:
    """What was packed, or never was. Raises ValueError for what is damaged."""
    if not text.startswith(_MARK):
        return text
    inflater = zlib.decompressobj(_WINDOW, zdict=_DICTIONARY)
    try:
        plain = inflater.decompress(b64decode(text[len(_MARK) :], validate=True)) + inflater.flush()
    except zlib.error as error:
        raise ValueError(f"a packed text is damaged: {error}") from None
    if not inflater.eof:
        raise ValueError("a packed text is cut off")
    return plain.decode()
