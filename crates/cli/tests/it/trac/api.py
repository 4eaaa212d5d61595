"""Does things in an environment of Trac by its Python API: api.py ENV SCENARIO."""

import io
import sys
from datetime import datetime, timezone

from trac.attachment import Attachment
from trac.env import open_environment
from trac.ticket.model import Milestone, Ticket
from trac.wiki.model import WikiPage

env = open_environment(sys.argv[1])


def ticket(**values):
    made = Ticket(env)
    made.populate(dict({"reporter": "kim", "component": "component1", "owner": "lee"}, **values))
    made.insert()
    return made


def tickets():
    """All that can happen to a ticket."""
    one = ticket(summary="Ünïcode ☃ @**all**", description="It '''burns''', see #3.\n\n{{{#!sh\nlpr @**all**\n}}}")
    one.populate({"summary": "Another summary", "priority": "minor", "keywords": "a, b", "cc": "x@example.com"})
    one.save_changes("Lee <lee@example.com>", "I see `it` too")
    one["status"], one["resolution"] = "closed", "fixed"
    one.save_changes("lee", None)
    one["status"], one["resolution"] = "reopened", ""
    one.save_changes("lee", "")
    one.save_changes("kim", "Only a ''comment''")
    one.modify_comment(one["changetime"], "lee", "An edited comment")
    attach("ticket", one.id, "naïve file.txt")
    one.delete_change(cnum=1)
    one.delete()


def attach(realm, id, name):
    attachment = Attachment(env, realm, id)
    attachment.author = "kim"
    attachment.description = "What it says"
    attachment.insert(name, io.BytesIO(b"x" * 12345), 12345)
    return attachment


def wiki():
    page = WikiPage(env, "Printers")
    page.text = "= Printers =\nThey ''print''."
    page.save("kim", "Begun")
    page.text += "\nSometimes."
    page.save("lee", "More @**all**")
    attach("wiki", "Printers", "manual.pdf").delete()
    page.rename("OldPrinters")
    page = WikiPage(env, "OldPrinters")
    page.delete(version=2)
    page.delete()


def milestones():
    one = Milestone(env)
    one.name = "Ünï 1.0"
    one.due = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
    one.description = "All of '''it'''"
    one.insert()
    one.due = None
    one.name = "1.0"
    one.update("kim")
    one.completed = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)
    one.update("kim")
    one.delete()


def odd():
    """What other programs leave behind: no summary, no description, nobody."""
    one = Ticket(env)
    one.insert()
    one["component"] = "gone"
    one["milestone"] = None
    one.save_changes(None, None)
    one.save_changes("", "[[Nothing(" * 5000)


def large():
    ticket(summary="x" * 100_000, description="a [b] ''c'' \n" * 80_000)


def loop():
    """Changes many tickets alike, one after the other, as a script does."""
    made = [ticket(summary="Ticket %d" % number) for number in range(40)]
    for one in made:
        one["milestone"] = "milestone2"
        one.save_changes("kim", "Moved")
    open("done", "w").close()


def thousand():
    with env.db_transaction:
        for number in range(1000):
            ticket(summary="Ticket %d" % number)


globals()[sys.argv[2]]()
