"""Does things in Trac as a browser does: browser.py URL SCENARIO [ARGUMENT…]."""

import re
import sys
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

url, scenario, *arguments = sys.argv[1:]
cookies = CookieJar()
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies), urllib.request.ProxyHandler({}))


def send(page, form, **fields):
    """Opens a page, sends a form with what is hidden in the page, and returns the address of the answer."""
    text = opener.open(url + page).read().decode()
    fields.update(re.findall(r'<input type="hidden" name="(start_time|view_time)"\s+value="(\d+)"', text))
    fields["__FORM_TOKEN"] = next(cookie.value for cookie in cookies if cookie.name == "trac_form_token")
    return opener.open(url + form, urllib.parse.urlencode(fields).encode()).url


def create(summary, description=""):
    fields = {"field_reporter": "kim", "field_summary": summary, "field_description": description}
    address = send("/newticket", "/newticket", submit="Create", **fields)
    assert re.search(r"/ticket/\d+$", address), address


def comment(ticket, text):
    page = "/ticket/" + ticket
    address = send(page, page, comment=text, action="leave", submit="Submit changes")
    assert "#comment:" in address, address


def batch(first, last):
    """Moves many tickets at once to a milestone."""
    selected = ",".join(str(number) for number in range(int(first), int(last) + 1))
    values = {"batchmod_value_milestone": "milestone2", "batchmod_value_comment": "For later"}
    address = send("/query?order=id", "/batchmodify", selected_tickets=selected, action="leave", **values)
    assert "/query" in address, address


globals()[scenario](*arguments)
