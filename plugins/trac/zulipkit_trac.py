"""Tells Zulip what happens in Trac: tickets, wiki pages, milestones, attachments and changesets.

This plugin collects facts and hands them to the program `zulipkit` as JSON. What is said about them, where, and that it
arrives even if Zulip is down for a week, is the program's business: see `zulipkit trac docs`.

Somebody is waiting for Trac while this code runs, and has saved something already. So nothing here waits for the program
before Python ends, and no error gets out.
"""

import _thread
import atexit
import functools
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
import uuid
import weakref
from datetime import datetime, timezone
from itertools import islice

from trac.attachment import IAttachmentChangeListener
from trac.config import Option
from trac.core import Component, TracError, implements
from trac.ticket.api import IMilestoneChangeListener, ITicketChangeListener
from trac.ticket.model import Ticket
from trac.util.datefmt import to_utimestamp
from trac.versioncontrol.api import IRepositoryChangeListener
from trac.web.api import IRequestFilter
from trac.wiki.api import IWikiChangeListener

__version__ = "0.1.0"

#: What this plugin and the program have agreed on. It rises only when an older program would misunderstand.
PROTOCOL = 1

#: Longer texts are cut: a message in Zulip holds 10,000 characters.
LONGEST_TEXT = 100_000

#: So many changed files of a changeset are told.
MOST_FILES = 1000


def careful(listener):
    """Keeps every error of ours from Trac, which has done its work and would tell its user otherwise."""

    @functools.wraps(listener)
    def call(self, *arguments):
        try:
            return listener(self, *arguments)
        except Exception:
            self.log.exception("zulipkit: cannot tell of this in Zulip")

    return call


class ZulipNotifications(Component):
    """Tells Zulip what happens in Trac.

    The settings, above all who sends and to which channel, are in `conf/zulip_trac.toml`: `zulipkit trac config` prints
    them, and `zulipkit trac install` makes the file.
    """

    implements(
        ITicketChangeListener,
        IMilestoneChangeListener,
        IWikiChangeListener,
        IAttachmentChangeListener,
        IRepositoryChangeListener,
        IRequestFilter,
    )

    program = Option(
        "zulip",
        "program",
        "zulipkit",
        doc="The program `zulipkit`: its path, or its name if it is in one of the usual folders.",
    )

    config_file = Option(
        "zulip",
        "config",
        "",
        doc="""The settings file, relative to the environment. Without it `conf/zulip_trac.toml` is looked for, then
        `~/.config/zulipkit/trac.toml` of the user by whom Trac runs, then `/etc/zulipkit/trac.toml`.""",
    )

    def __init__(self):
        # A server may have been started with a path that only holds where it was started.
        self.folder = os.path.abspath(self.env.path)
        self.courier = Courier(self._command, self.folder, self.log)
        self.current = threading.local()

    # ITicketChangeListener

    @careful
    def ticket_created(self, ticket):
        facts = self._ticket(ticket)
        facts["description"] = text(ticket["description"])
        self._tell("ticket_created", facts, ticket["reporter"], ticket["time"])

    @careful
    def ticket_changed(self, ticket, comment, author, old_values):
        facts = self._ticket(ticket)
        facts["changes"] = [self._change(ticket, name, old, ticket[name]) for name, old in old_values.items()]
        facts["comment"] = text(comment)
        facts["comment_number"] = self._comment_number(ticket, ticket["changetime"])
        self._tell("ticket_changed", facts, author, ticket["changetime"])

    @careful
    def ticket_deleted(self, ticket):
        self._tell("ticket_deleted", self._ticket(ticket))

    @careful
    def ticket_comment_modified(self, ticket, cdate, author, comment, old_comment):
        facts = self._ticket(ticket)
        facts.update(comment=text(comment), old_comment=text(old_comment))
        facts["comment_number"] = self._comment_number(ticket, cdate)
        self._tell("comment_edited", facts, author)

    @careful
    def ticket_change_deleted(self, ticket, cdate, changes):
        facts = self._ticket(ticket)
        # What is taken back has its new value first.
        facts["changes"] = [self._change(ticket, name, new, old) for name, (old, new) in changes.items()]
        self._tell("comment_deleted", facts)

    # IMilestoneChangeListener

    @careful
    def milestone_created(self, milestone):
        self._tell("milestone_created", self._milestone(milestone))

    @careful
    def milestone_changed(self, milestone, old_values):
        facts = self._milestone(milestone)
        facts["changes"] = [
            {"field": name, "old": text(old), "new": text(getattr(milestone, name))} for name, old in old_values.items()
        ]
        done = "completed" in old_values and not old_values["completed"] and milestone.completed
        self._tell("milestone_completed" if done else "milestone_changed", facts)

    @careful
    def milestone_deleted(self, milestone):
        self._tell("milestone_deleted", self._milestone(milestone))

    # IWikiChangeListener

    @careful
    def wiki_page_added(self, page):
        facts = self._page(page)
        facts.update(comment=text(page.comment), text=text(page.text))
        self._tell("page_created", facts, page.author, page.time)

    @careful
    def wiki_page_changed(self, page, version, t, comment, author):
        facts = self._page(page)
        facts["comment"] = text(comment)
        self._tell("page_changed", facts, author, t)

    @careful
    def wiki_page_deleted(self, page):
        self._tell("page_deleted", self._page(page))

    @careful
    def wiki_page_version_deleted(self, page):
        self._tell("page_version_deleted", self._page(page))

    @careful
    def wiki_page_renamed(self, page, old_name):
        facts = self._page(page)
        facts["old_page"] = old_name
        self._tell("page_renamed", facts)

    def wiki_page_comment_modified(self, page, old_comment):
        """A changed remark about a change of a page is no news."""

    # IAttachmentChangeListener

    @careful
    def attachment_added(self, attachment):
        facts = self._attachment(attachment)
        self._tell("attachment_added", facts, attachment.author, attachment.date)

    @careful
    def attachment_deleted(self, attachment):
        self._tell("attachment_deleted", self._attachment(attachment))

    def attachment_moved(self, attachment, old_parent_realm, old_parent_id, old_filename):
        """Attachments move when their page or milestone is renamed, which is told."""

    # IRepositoryChangeListener

    @careful
    def changeset_added(self, repos, changeset):
        self._tell("changeset_added", self._changeset(repos, changeset), changeset.author, changeset.date)

    @careful
    def changeset_modified(self, repos, changeset, old_changeset):
        facts = self._changeset(repos, changeset)
        facts["old_message"] = text(old_changeset.message) if old_changeset else None
        self._tell("changeset_modified", facts)

    # IRequestFilter

    def pre_process_request(self, req, handler):
        """Remembers who is there, and gathers what one request does to many tickets."""
        self.current.request = weakref.ref(req)
        self.current.gathered = None
        if req.method == "POST" and req.path_info == "/batchmodify":
            # All is one transaction, and after it Trac redirects. Where it fails, nothing has happened.
            self.current.gathered = gathered = []
            batch = uuid.uuid4().hex
            req.add_redirect_listener(lambda *_: self._hand_over(gathered, batch))
        return handler

    def post_process_request(self, req, template, data, metadata):
        return template, data, metadata

    # Facts

    def _ticket(self, ticket):
        values = {name: text(value) for name, value in ticket.values.items() if name != "description"}
        return {
            "id": ticket.id,
            "url": self.env.abs_href.ticket(ticket.id),
            "values": values,
            "custom": [field["name"] for field in ticket.fields if field.get("custom")],
            "first_summary": self._first_summary(ticket),
        }

    def _first_summary(self, ticket):
        """Returns the summary that the ticket was made with, if it is another one now."""
        query = "SELECT oldvalue FROM ticket_change WHERE ticket=%s AND field='summary' ORDER BY time LIMIT 1"
        return next((old for old, in self.env.db_query(query, (ticket.id,))), None)

    def _comment_number(self, ticket, date):
        """Returns the number of the comment that was written at that moment: the last part of `3` or of `1.3`."""
        query = "SELECT oldvalue FROM ticket_change WHERE ticket=%s AND time=%s AND field='comment'"
        rows = self.env.db_query(query, (ticket.id, to_utimestamp(date)))
        return next((number.rsplit(".", 1)[-1] for number, in rows if number), None)

    def _change(self, ticket, name, old, new):
        field = ticket.fields.by_name(name, {})
        return {
            "field": name,
            "label": field.get("label", name),
            "type": field.get("type", "text"),
            "format": field.get("format"),
            "old": text(old),
            "new": text(new),
        }

    def _milestone(self, milestone):
        return {
            "milestone": milestone.name,
            "url": self.env.abs_href.milestone(milestone.name),
            "description": text(milestone.description),
            "due": text(milestone.due),
            "completed": text(milestone.completed),
        }

    def _page(self, page):
        href = self.env.abs_href
        return {
            "page": page.name,
            "url": href.wiki(page.name),
            "version": page.version,
            "diff_url": href.wiki(page.name, action="diff", version=page.version),
        }

    def _attachment(self, attachment):
        href = self.env.abs_href
        place = attachment.parent_realm, attachment.parent_id, attachment.filename
        facts = {
            "realm": attachment.parent_realm,
            "parent": str(attachment.parent_id),
            "filename": attachment.filename,
            "url": href.attachment(*place),
            "download_url": href("raw-attachment", *place),
            "size": attachment.size,
            "description": text(attachment.description),
        }
        if attachment.parent_realm == "ticket":
            try:
                facts["ticket"] = self._ticket(Ticket(self.env, int(attachment.parent_id)))
            except (TracError, ValueError):
                # The ticket is being deleted, with all that is attached to it.
                facts["ticket"] = None
        return facts

    def _changeset(self, repos, changeset):
        changes = islice(changeset.get_changes(), MOST_FILES)
        return {
            "repository": repos.reponame,
            "revision": str(repos.display_rev(changeset.rev)),
            "short_revision": str(repos.short_rev(changeset.rev)),
            "url": self.env.abs_href.changeset(changeset.rev, repos.reponame or None),
            "message": text(changeset.message),
            "files": [{"path": path, "change": change} for path, _, change, _, _ in changes],
        }

    def _author(self, author):
        """Returns who did it. Where Trac does not say, it is the one whose request this is."""
        if author is None:
            request = getattr(self.current, "request", lambda: None)()
            author = request.authname if request else None
        if not author:
            return None
        query = "SELECT name, value FROM session_attribute WHERE sid=%s AND authenticated=1 AND name IN ('name', 'email')"
        known = dict(self.env.db_query(query, (author,)))
        return {"username": author, "name": known.get("name"), "email": known.get("email")}

    # The way out

    def _tell(self, kind, facts, author=None, happened=None):
        facts.update(
            project=self.env.project_name,
            base_url=self.env.abs_href(),
            author=self._author(author),
        )
        event = {
            "protocol": PROTOCOL,
            "plugin": __version__,
            "kind": kind,
            "time": (happened or datetime.now(timezone.utc)).isoformat(),
            "facts": facts,
        }
        gathered = getattr(self.current, "gathered", None)
        if gathered is None:
            self.courier.give([event])
        else:
            gathered.append(event)

    @careful
    def _hand_over(self, gathered, batch):
        self.current.gathered = None
        for event in gathered:
            event["facts"]["batch"] = batch
        self.courier.give(gathered)

    def _command(self):
        program = os.path.join(self.folder, self.program) if "/" in self.program else find(self.program)
        config = ["--config", os.path.join(self.folder, self.config_file)] if self.config_file else []
        return [program, "trac", "event", *config, self.folder]


class Courier:
    """Starts the program and gives it events, without waiting for it.

    A burst of events becomes few calls: while the program runs, and a little longer if more keep coming, events are
    gathered. What could not be handed over, because the program is missing or was killed, goes with the next event.
    """

    #: If the program has not ended after so many seconds it is left to itself.
    PATIENCE = 60
    #: So many seconds Python's end waits at most for a program that usually takes a hundredth of one.
    LAST_PATIENCE = 5
    #: For so many seconds after a call events are gathered at most, and no longer than they keep coming.
    GATHER = 2
    QUIET = 0.1
    #: More events than this are not kept in memory, the oldest are given up.
    MOST_WAITING = 20_000
    #: So often an event is handed to a program that gets killed.
    MOST_TRIES = 3

    def __init__(self, command, folder, log):
        self.command = command
        self.folder = folder
        self.log = log
        self.complaint = None
        self._begin()
        COURIERS.add(self)

    def _begin(self):
        self.pid = os.getpid()
        self.lock = threading.Lock()
        self.waiting = []
        self.run = None
        self.unjudged = []
        self.kills = 0
        self.stuck = False

    def give(self, events):
        """Hands events over, now or within two seconds."""
        lines = [json.dumps(event, separators=(",", ":")).encode() + b"\n" for event in events]
        if self.pid != os.getpid():
            # A server has forked since: the parent's program and thread are not ours.
            self._begin()
        with self.lock:
            self.waiting += lines
            # Some servers have no threads, or stop all of them between requests; then nobody has looked yet.
            for run in [run for run in self.unjudged if run.process.poll() is not None]:
                self._judge(run)
            if not self._busy():
                self._start()

    def _busy(self):
        if self.run is None:
            return False
        most = self.PATIENCE if self.run.process.poll() is None else self.GATHER
        return time.monotonic() - self.run.started < most

    def _start(self):
        lines, self.waiting = self.waiting[-self.MOST_WAITING :], []
        command = self.command()
        try:
            run = Run(command, self.folder, lines)
        except OSError as error:
            self.waiting = lines
            self._complain(
                "cannot run `%s`: %s. Nothing is told in Zulip until it is there; set `program` in the section `[zulip]` "
                "of trac.ini" % (command[0], error.strerror)
            )
            return
        self.run = run
        self.unjudged.append(run)
        try:
            # A `threading.Thread` would be waited for until it runs, which takes long on a busy machine.
            _thread.start_new_thread(self._watch, (run,))
        except RuntimeError:
            # Python has no threads, or is going down. The next event, or `finish`, looks at how it ended.
            self.run = None

    def _watch(self, run):
        """Waits for the program in a thread of its own, and starts it again for what was gathered."""
        self._see_to_end(run, self.PATIENCE)
        self._gather(run)
        with self.lock:
            if self.run is run:
                self.run = None
                if self.waiting and not self.stuck:
                    self._start()

    def _see_to_end(self, run, patience):
        try:
            run.process.wait(patience)
        except subprocess.TimeoutExpired:
            pass
        with self.lock:
            if run in self.unjudged:
                self._judge(run)

    def _judge(self, run):
        self.unjudged.remove(run)
        code, program, words = run.process.returncode, run.process.args[0], run.words()
        killed = code is not None and code < 0
        if code is None:
            self._complain("`%s` has not ended after %d seconds" % (program, time.monotonic() - run.started))
        elif killed:
            self._complain("`%s` was killed by the signal %d" % (program, -code))
        elif code == 2:
            self._complain("`%s` does not know `trac event`: it is older than this plugin, update it" % program)
        elif words:
            self._complain(words)
        elif code:
            self._complain("`%s` ended with the code %d" % (program, code))
        else:
            self.complaint = None
        # What it had in its hands goes with the next event, but what kills it does not go for ever.
        self.stuck = killed or code == 2
        self.kills = self.kills + 1 if killed else 0
        if self.kills == self.MOST_TRIES:
            self.kills = 0
        elif self.stuck:
            self.waiting = run.lines + self.waiting

    def _gather(self, run):
        count = -1
        while count < len(self.waiting) and time.monotonic() - run.started < self.GATHER:
            count = len(self.waiting)
            if count:
                time.sleep(self.QUIET)

    def _complain(self, words):
        """Writes a line into Trac's log, but not the same one again and again."""
        if words != self.complaint:
            self.log.error("zulipkit: %s", words)
        self.complaint = words

    def finish(self, end):
        """Hands over what is still gathered, and logs what the program has to say: until a point of monotonic time."""
        if self.pid != os.getpid():
            return
        # One after the other, or what happened last could be told first.
        self._see_all_to_end(end)
        with self.lock:
            if self.waiting:
                self._start()
        self._see_all_to_end(end)

    def _see_all_to_end(self, end):
        for run in list(self.unjudged):
            self._see_to_end(run, max(0, end - time.monotonic()))


class Run:
    """One start of the program, and the events that it was given."""

    def __init__(self, command, folder, lines):
        self.lines = lines
        self.started = time.monotonic()
        self.said = memory(b"")
        with memory(b"".join(lines)) as facts:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                stdin=facts,
                stdout=subprocess.DEVNULL,
                stderr=self.said,
                start_new_session=True,
            )

    def words(self):
        """Returns what the program complained of, in one line."""
        with self.said:
            self.said.seek(0)
            words = self.said.read().decode("utf-8", "replace")
        return " ".join(words.replace("zulipkit: ", "").split())


#: Trac makes an environment anew when its settings change, and with it a courier.
COURIERS = weakref.WeakSet()


@atexit.register
def finish():
    """Python ends: a script that changes tickets is done, a server is stopped.

    Threads that nobody waits for die with it, and what the program complains of would be in no log.
    """
    end = time.monotonic() + Courier.LAST_PATIENCE
    for courier in list(COURIERS):
        courier.finish(end)


def find(program):
    """Finds a program. Web servers often have a short PATH, or none."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/bin", "/usr/bin"])
    return shutil.which(program, path=path) or program


def memory(content):
    """Returns a file that is on no disk, since Trac may be allowed to write nowhere, and a pipe could be full."""
    if hasattr(os, "memfd_create"):
        file = os.fdopen(os.memfd_create("zulipkit"), "w+b")
    else:
        file = tempfile.TemporaryFile()
    file.write(content)
    file.seek(0)
    return file


def text(value):
    """Returns a value of Trac as JSON has it: text, or nothing."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.isoformat()
    # Half a surrogate pair is no text anywhere else.
    return str(value)[:LONGEST_TEXT].encode("utf-8", "replace").decode()
