"""Does things in Trac as a browser does: browser.py URL SCENARIO [ARGUMENT…]."""

import sys
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

url, scenario, *arguments = sys.argv[1:]
cookies = CookieJar()
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies), urllib.request.ProxyHandler({}))


def post(path, **fields):
    """Sends a form, with the token that Trac wants, and returns the page that comes of it."""
    page = opener.open(url + path).read().decode()
    token = next(cookie.value for cookie in cookies if cookie.name == "trac_form_token")
    fields["__FORM_TOKEN"] = token
    data = urllib.parse.urlencode(fields).encode()
    return page, opener.open(url + path, data)


def create(summary="A ticket", description=""):
    _, answer = post(
        "/newticket", field_reporter="kim", field_summary=summary, field_description=description, submit="Create"
    )
    assert answer.url.rsplit("/", 1)[-1].isdigit(), answer.url
    print(answer.url)


def comment(ticket, text):
    import re

    page = opener.open("%s/ticket/%s" % (url, ticket)).read().decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(start_time|view_time)" value="(\d+)"', page))
    _, answer = post("/ticket/%s" % ticket, comment=text, action="leave", submit="Submit changes", **hidden)
    assert text in answer.read().decode(), "the comment is not on the page"


def batch(first, last):
    """Moves many tickets at once to a milestone."""
    selected = ",".join(str(number) for number in range(int(first), int(last) + 1))
    _, answer = post_from(
        "/query?order=id",
        "/batchmodify",
        selected_tickets=selected,
        batchmod_value_milestone="milestone2",
        batchmod_value_comment="For later",
        action="leave",
    )
    assert "/query" in answer.url, answer.url


def post_from(page, path, **fields):
    opener.open(url + page).read()
    token = next(cookie.value for cookie in cookies if cookie.name == "trac_form_token")
    data = urllib.parse.urlencode(dict(fields, __FORM_TOKEN=token)).encode()
    return page, opener.open(url + path, data)


globals()[scenario](*arguments)
