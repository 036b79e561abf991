"""What the product asks of the outside world, as Protocols. Concrete classes are named in `bot.app` only.

A platform is one `ChatAdapter` (`chat`), what answers is an `Assistant`, what is kept is in a `Store`.
"""

from __future__ import annotations

from bot.ports.answers import Answer, Attachment, body_with, left_over, whole
from bot.ports.assistant import Assistant, CustomerMessage, Understanding
from bot.ports.attached import AttachmentSource
from bot.ports.audit import Audit, AuditBook, AuditLine
from bot.ports.canary import Singer, SongBook, Songs
from bot.ports.chat import Capabilities, ChatAdapter, Clock, Commands, Forms, Intake, Pace, Posted
from bot.ports.doubts import DoubtBook, Doubts
from bot.ports.errands import Errands
from bot.ports.files import CHUNK, FileCarrier, FileSource, FileStream, Kept, Shelf
from bot.ports.forgetting import Forgetter, Forgetting, Holdings, Remains
from bot.ports.lessons import Learner, LessonBook, Lessons, Teachable, Trial
from bot.ports.macros import MacroBook, MacroRow, Macros
from bot.ports.mailboxes import Changes, Claim, Located, Mail, Mailboxes, NewEntry, Parked, Scrubbing, Taken
from bot.ports.models import ModelRow, Models
from bot.ports.outbox import (
    Asleep,
    Begun,
    Head,
    InLine,
    LaneClaim,
    Link,
    NextLook,
    OpenedThread,
    Outbox,
    Outcome,
    Owned,
    Phase,
    Relink,
    Settlement,
)
from bot.ports.probing import Prober
from bot.ports.recalling import Recaller, Tides
from bot.ports.records import CaseRow, JournalLine, Records
from bot.ports.roster import DutyRow, Roster, Staff
from bot.ports.solved import Encoder, SolvedCases
from bot.ports.store import CaseNews, DueTimer, Findings, IndexRow, Ledger, Orphan, Store, Upkeep
from bot.ports.strays import Strays
from bot.ports.tallies import BUCKET_END, PARTS_OF_A_SECOND, SUM_END, TALLY_BUCKETS, Backlog, Tallies
from bot.ports.versioned import VersionedRow

__all__ = [
    "BUCKET_END",
    "CHUNK",
    "PARTS_OF_A_SECOND",
    "SUM_END",
    "TALLY_BUCKETS",
    "Answer",
    "Asleep",
    "Assistant",
    "Attachment",
    "AttachmentSource",
    "Audit",
    "AuditBook",
    "AuditLine",
    "Backlog",
    "Begun",
    "Capabilities",
    "CaseNews",
    "CaseRow",
    "Changes",
    "ChatAdapter",
    "Claim",
    "Clock",
    "Commands",
    "CustomerMessage",
    "DoubtBook",
    "Doubts",
    "DueTimer",
    "DutyRow",
    "Encoder",
    "Errands",
    "FileCarrier",
    "FileSource",
    "FileStream",
    "Findings",
    "Forgetter",
    "Forgetting",
    "Forms",
    "Head",
    "Holdings",
    "InLine",
    "IndexRow",
    "Intake",
    "JournalLine",
    "Kept",
    "LaneClaim",
    "Learner",
    "Ledger",
    "LessonBook",
    "Lessons",
    "Link",
    "Located",
    "MacroBook",
    "MacroRow",
    "Macros",
    "Mail",
    "Mailboxes",
    "ModelRow",
    "Models",
    "NewEntry",
    "NextLook",
    "OpenedThread",
    "Orphan",
    "Outbox",
    "Outcome",
    "Owned",
    "Pace",
    "Parked",
    "Phase",
    "Posted",
    "Prober",
    "Recaller",
    "Records",
    "Relink",
    "Remains",
    "Roster",
    "Scrubbing",
    "Settlement",
    "Shelf",
    "Singer",
    "SolvedCases",
    "SongBook",
    "Songs",
    "Staff",
    "Store",
    "Strays",
    "Taken",
    "Tallies",
    "Teachable",
    "Tides",
    "Trial",
    "Understanding",
    "Upkeep",
    "VersionedRow",
    "body_with",
    "left_over",
    "whole",
]
