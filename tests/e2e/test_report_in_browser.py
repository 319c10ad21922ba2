"""Both reports in a real browser: no request to anywhere, the figures are there, nothing sticks out on a phone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

from reports import headlines, render
from tests.unit.reports import sample_tables

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-default-apps", "--disable-extensions", "--disable-sync", "--no-first-run", "--hide-scrollbars",
    "--no-pings", "--disable-domain-reliability", "--disable-dev-shm-usage", "--virtual-time-budget=4000",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> str:
    """The browser's path; without one the tests fail with the command that installs it."""
    found = os.environ.get("ADEPT_CHROMIUM") or next((p for n in _NAMES if (p := shutil.which(n))), None)
    found = found or next((p for p in _MAC if Path(p).exists()), None)
    if not found:
        pytest.fail(
            "no Chromium: install it with `apt-get install chromium` (macOS: `brew install --cask chromium`)",
            pytrace=False,
        )
    return found


@pytest.fixture(scope="module", params=["sv", "en"])
def language(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def report(language, tmp_path_factory) -> Path:
    """The report of the invented quarter, as a file."""
    path = tmp_path_factory.mktemp("report") / f"report.{language}.html"
    html = render(sample_tables.tables(), sample_tables.programme(), sample_tables.context(), language)
    path.write_text(html, encoding="utf-8")
    return path


def _run(browser: str, folder: Path, page: Path, *flags: str) -> str:
    """Open a page with a profile of its own; what the browser writes to its output."""
    command = [browser, *_FLAGS, f"--user-data-dir={folder / 'profile'}", *flags, page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, encoding="utf-8", errors="replace")
    assert done.returncode == 0, f"the browser ended with {done.returncode}: {done.stderr[-2000:]}"
    return done.stdout


def test_it_opens_without_a_request_to_anywhere(browser, report, tmp_path):
    log = tmp_path / "net.json"
    _run(browser, tmp_path, report, f"--log-net-log={log}", "--dump-dom")
    text = log.read_text(encoding="utf-8", errors="replace")
    events = _events(text)
    assert events, "the browser wrote no net log"
    asked = {url for event in events if (url := event.get("params", {}).get("url"))}
    # The browser's own pages and chores have other schemes or sources; whatever the page asks for carries its address.
    assert not [
        url for url in asked if _is_of(url, "http", "https", "ws", "wss", "ftp") and not _is_own(url, events)
    ], asked


def test_the_headline_figures_are_on_the_page(browser, report, language, tmp_path):
    dom = _run(browser, tmp_path, report, "--dump-dom")
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", dom)).split())
    for label, figure, sentence in headlines(sample_tables.tables(), sample_tables.programme(), language):
        for part in (label, figure, sentence):
            assert " ".join(part.split()) in text
    assert f'<html lang="{language}"' in dom


@pytest.mark.parametrize("width", [320, 390, 820, 1280])
def test_nothing_sticks_out(browser, report, width, tmp_path):
    """A frame of that width around the report measures what the report needs and which elements stick out of it."""
    measured = report.read_text(encoding="utf-8")
    # The page allows no script; the copy that is measured does.
    measured = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", measured)
    script = """<script>addEventListener("load", () => {
      const wide = [...document.querySelectorAll("body *")].filter(e => !e.closest(".aloud, .skip, thead, svg")
        && e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.tagName + "." + e.className);
      parent.postMessage(JSON.stringify([document.documentElement.scrollWidth, innerWidth, wide.slice(0, 8)]), "*");
    });</script></body>"""
    (tmp_path / "measured.html").write_text(measured.replace("</body>", script), encoding="utf-8")
    frame = tmp_path / "frame.html"
    frame.write_text(
        "<!DOCTYPE html><title>x</title><pre id=out></pre><script>addEventListener('message', e => {"
        "document.getElementById('out').textContent = e.data})</script>"
        f'<iframe src="measured.html" style="width:{width}px;height:900px;border:0"></iframe>',
        encoding="utf-8",
    )
    dom = _run(browser, tmp_path, frame, "--dump-dom")
    found = re.search(r'<pre id="out">(.*?)</pre>', dom, flags=re.S)
    assert found and found[1], "the report was not measured"
    needed, given, wide = json.loads(unescape(found[1]))
    assert given == width
    assert needed <= width and not wide, f"{needed} px needed at {width} px: {wide}"


def _events(text: str) -> list[dict]:
    """A net log's events; the browser may end before it has closed the list."""
    try:
        return json.loads(text)["events"]
    except ValueError:
        return json.loads(text.rstrip().rstrip(",") + "]}")["events"]


def _is_of(url: str, *schemes: str) -> bool:
    return url.partition(":")[0].lower() in schemes


def _is_own(url: str, events: list[dict]) -> bool:
    """Whether only the browser itself asked, for no page: its requests carry no initiator."""
    asked = [event["params"] for event in events if event.get("params", {}).get("url") == url]
    return all(str(params.get("initiator", "not an origin")) == "not an origin" for params in asked)
