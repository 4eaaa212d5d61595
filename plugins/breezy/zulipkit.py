"""Tells Zulip what comes to branches: commits, pushes, and history that is taken back.

This plugin collects facts and hands them to the program `zulipkit` as JSON. What is said about them, where, and that it
arrives even if Zulip is down for a week, is the program's business: see `zulipkit bzr docs`.

Somebody is waiting for Breezy while this code runs, and has a new revision already. So nothing here waits for the program,
and no error gets out.
"""

import json
import os
import subprocess
import tempfile
from datetime import datetime, timedelta, timezone
from itertools import islice

from breezy import errors, trace
from breezy.config import parse_username
from breezy.hooks import install_lazy_named_hook
from breezy.revision import NULL_REVISION

#: The program. `zulipkit bzr install` writes its path here.
PROGRAM = "zulipkit"
#: What the program is told, and how.
PROTOCOL = 1
#: The settings beside a branch or a shared repository.
SETTINGS = os.path.join(".bzr", "zulip_bzr.toml")
#: So many new revisions are described, the newest; the others are counted.
MOST_REVISIONS = 100
#: So many changed files are named.
MOST_FILES = 10_000
#: A message of Zulip holds 10,000 characters.
LONGEST_TEXT = 20_000

#: Whether a commit is under way, by which the new revision came.
committing = False
#: What was complained about; once is enough.
complaints = set()
#: Programs that were started. A server lives long, and asks them now and then whether they have ended.
running = []


def commit_starts(tree):
    global committing
    committing = True


def commit_ends(params):
    global committing
    committing = False


def tip_changed(params):
    """The newest revision of a branch is another one: after a commit, a push, a pull or an uncommit."""
    try:
        folder = local_folder(params.branch.controldir.user_transport)
        if folder and params.old_revid != params.new_revid and is_told(params.branch, folder):
            hand_over(folder, {"protocol": PROTOCOL, "kind": "changed", "facts": facts(params)})
    except Exception as error:
        trace.log_exception_quietly()
        complain("cannot tell of this change: %s: %s" % (type(error).__name__, error))


def is_told(branch, folder):
    """Says whether there are settings: of the branch, of its shared repository, or of the user for all branches."""
    shared = local_folder(branch.repository.user_transport)
    places = [os.path.join(place, SETTINGS) for place in (folder, shared) if place]
    if branch.get_bound_location() is None:
        # What comes to a checkout comes to the branch that it is bound to, and is told there.
        config = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
        places += [os.path.join(config, "zulipkit", "bzr.toml"), "/etc/zulipkit/bzr.toml"]
        places += filter(None, [os.environ.get("ZULIPKIT_CONFIG")])
    return any(os.path.exists(place) for place in places)


def local_folder(transport):
    """Returns the folder behind a transport, also from inside of a server; nothing if it is on another machine."""
    while hasattr(transport, "server") and hasattr(transport.server, "backing_transport"):
        transport = transport.server.backing_transport.clone(transport._filter("."))
    try:
        return transport.local_abspath(".")
    except errors.NotLocalUrl:
        return None


# Facts


def facts(params):
    branch = params.branch
    old, new = (params.old_revno, params.old_revid), (params.new_revno, params.new_revid)
    config = branch.get_config()
    told = {
        "name": branch.name or None,
        "nick": text(config.get_nickname()) if config.has_explicit_nickname() else None,
        "source": "commit" if committing else "push",
        "old": tip(*old),
        "new": tip(*new),
    }
    try:
        with branch.repository.lock_read():
            graph = branch.repository.get_graph()
            added, removed = sides(graph, old, new)
            told["added"] = side(branch.repository, graph, new[0], added)
            told["removed"] = side(branch.repository, graph, old[0], removed)
            told["files"] = files(branch.repository, old[1], new[1])
    except Exception as error:
        # The program then tells that something came.
        trace.log_exception_quietly()
        complain("cannot read the new revisions: %s: %s" % (type(error).__name__, error))
    return told


def tip(revno, revid):
    return None if revid == NULL_REVISION else {"id": text(revid), "revno": revno}


def sides(graph, old, new):
    """Returns the ids of the main line that are new, and those that are not in it any more, the newest first.

    What came by a merge is not in the main line: Breezy shows it as part of the merge.
    """
    (old_revno, old_id), (new_revno, new_id) = old, new
    olds, news = (graph.iter_lefthand_ancestry(revid, (NULL_REVISION,)) for revid in (old_id, new_id))
    old_id, new_id = next(olds, NULL_REVISION), next(news, NULL_REVISION)
    added, removed = [], []
    while old_id != new_id:
        is_added, is_removed = new_revno >= old_revno, old_revno >= new_revno
        if is_added:
            added.append(new_id)
            new_revno, new_id = new_revno - 1, next(news, NULL_REVISION)
        if is_removed:
            removed.append(old_id)
            old_revno, old_id = old_revno - 1, next(olds, NULL_REVISION)
    if removed and added and graph.is_ancestor(old[1], new[1]):
        # Nothing is lost: the new line has merged the old one.
        removed = []
    return added, removed


def side(repository, graph, revno, ids):
    parents = graph.get_parent_map(ids)
    described = repository.get_revisions(ids[:MOST_REVISIONS])
    return {
        "count": len(ids),
        "merges": sum(len(parents.get(revid, ())) > 1 for revid in ids),
        "revisions": [describe(revision, revno - back) for back, revision in enumerate(described)],
    }


def describe(revision, revno):
    zone = timezone(timedelta(seconds=revision.timezone or 0))
    authors = revision.get_apparent_authors()
    return {
        "id": text(revision.revision_id),
        "revno": revno,
        "author": person(authors[0] if authors else None),
        "committer": person(revision.committer),
        "date": datetime.fromtimestamp(revision.timestamp, zone).isoformat(timespec="seconds"),
        "message": text(revision.message),
        "merge": len(revision.parent_ids) > 1,
    }


def person(user):
    name, email = parse_username(text(user or "unknown"))
    return {"name": name, "email": email}


def files(repository, old, new):
    """Returns what differs between the old and the new tip."""
    old_tree, new_tree = repository.revision_tree(old), repository.revision_tree(new)
    with old_tree.lock_read(), new_tree.lock_read():
        changes = (change for change in new_tree.iter_changes(old_tree) if "directory" not in change.kind)
        return [changed(*change.path) for change in islice(changes, MOST_FILES)]


def changed(old, new):
    change = "added" if old is None else "deleted" if new is None else "modified"
    return {"path": text(old if new is None else new), "change": change}


def text(value):
    """Returns a value as JSON has it. Half a surrogate pair is no text anywhere else."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value[:LONGEST_TEXT].encode("utf-8", "replace").decode()


# The way out


def hand_over(folder, event):
    """Starts the program with an event as its standard input, and does not wait for it."""
    running[:] = [process for process in running if process.poll() is None]
    try:
        # A file, since a pipe could be full, and a nameless one, since nobody needs it later.
        with tempfile.TemporaryFile() as facts:
            facts.write(json.dumps(event).encode())
            facts.seek(0)
            # Standard output may be a server's answer to the one who pushes.
            process = subprocess.Popen(
                [PROGRAM, "bzr", "event", folder], stdin=facts, stdout=subprocess.DEVNULL, start_new_session=True
            )
            running.append(process)
    except OSError as error:
        complain("cannot run `%s`: %s; run `zulipkit bzr install` again" % (PROGRAM, error.strerror))


def complain(words):
    if words not in complaints:
        trace.warning("zulipkit: %s", words)
    complaints.add(words)


install_lazy_named_hook("breezy.branch", "Branch.hooks", "post_change_branch_tip", tip_changed, "Tell Zulip")
install_lazy_named_hook("breezy.mutabletree", "MutableTree.hooks", "start_commit", commit_starts, "Tell Zulip")
install_lazy_named_hook("breezy.mutabletree", "MutableTree.hooks", "post_commit", commit_ends, "Tell Zulip")
