"""Runs in Trac's Python: for each line that it reads it saves a ticket, and prints how many milliseconds that took."""

import sys
import time

from trac.env import open_environment
from trac.ticket.model import Ticket

ticket = Ticket(open_environment(sys.argv[1]))
ticket["summary"] = "The printer burns"
ticket["reporter"] = "kim"
# The old plugin fails without one.
ticket["description"] = "It burns."
ticket.insert()
for number, _ in enumerate(sys.stdin):
    ticket["priority"] = "major" if number % 2 else "minor"
    start = time.monotonic_ns()
    try:
        ticket.save_changes("kim", f"It burns for the {number}th time.")
    except Exception:
        # The old plugin shows its network errors to whoever saves the ticket.
        pass
    print((time.monotonic_ns() - start) / 1e6, flush=True)
    # What the plugin started is done then, and nothing of it is at work when the next environment is timed.
    time.sleep(0.05)
