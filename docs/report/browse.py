"""Uses a report as a person does, in Debian's chromium: `make test-report` runs it.

    browse.py compound FOLDER

Writes reports of the stores that the repository has into FOLDER, opens each from its file, and checks that the table is sorted
and filtered, that a pointer is told what it rests on, that a selection is seen in plot and table, that keys suffice, that no
request leaves the page, nothing is said on the console, nothing scrolls sideways, and that all this holds in the dark, on paper,
on a telephone and without scripts. Screenshots of what a person is shown stay in FOLDER.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import time

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

WIDTHS = {390: 844, 1024: 800, 1600: 1000}
CLAIM = "results/shared/scaling-claim/claim.sqlite"
HOSTILE = '</script><script>document.title = "taken"</script>"\'🍕\u202edrawkcab'

failures = []


def check(condition, what):
    print(("ok      " if condition else "FAILED  ") + what)
    if not condition:
        failures.append(what)


class Browser:
    """A window of one size and colour scheme; tells at its end what the console and the network saw."""

    def __init__(self, width=1024, dark=False, scripts=True, folder=None):
        options = Options()
        for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]:
            options.add_argument(argument)
        preferences = {"download.default_directory": os.path.abspath(folder or ".")}
        if not scripts:
            preferences["profile.managed_default_content_settings.javascript"] = 2
        options.add_experimental_option("prefs", preferences)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.size(width)
        self.media("dark" if dark else "light")

    def size(self, width):
        self.width = width
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=WIDTHS[width], deviceScaleFactor=1, mobile=False)

    def media(self, scheme="light", kind="screen"):
        self.command(
            "Emulation.setEmulatedMedia", media=kind, features=[
                {"name": "prefers-color-scheme", "value": scheme},
                {"name": "prefers-reduced-motion", "value": "reduce"}])

    def command(self, name, **arguments):
        return self.driver.execute_cdp_cmd(name, arguments)

    def open(self, path):
        self.driver.get("file://" + os.path.abspath(path))

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def run(self, script, *arguments):
        return self.driver.execute_script("return " + script, *arguments)

    def column(self, heading):
        """The shown cells of a column of the table of trials."""
        headings = [cell.text.strip(" ↑↓") for cell in self.all("table.trials thead th")]
        place = headings.index(heading) + 1
        return [cell.text for cell in self.all(f"table.trials tbody td:nth-child({place})")]

    def sort(self, heading):
        for button in self.all("table.trials thead button"):
            if button.text.strip(" ↑↓") == heading:
                self.run("arguments[0].click()", button)
                return
        raise KeyError(heading)

    def picture(self, path, selector=None, most=None):
        area = self.run(
            "(() => { const box = (arguments[0] ? document.querySelector(arguments[0]) : document.documentElement)"
            ".getBoundingClientRect(); return [box.left, box.top + scrollY, box.width, box.height]; })()", selector)
        left, top, width, height = area
        margin = 16 if selector else 0
        picture = self.command(
            "Page.captureScreenshot", captureBeyondViewport=True, clip={
                "x": max(0, left - margin), "y": max(0, top - margin), "width": width + 2 * margin,
                "height": min(height + 2 * margin, most or 1e9), "scale": 1})
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture["data"]))

    def requests(self):
        """Addresses that were asked for, without the page itself and what stands in it."""
        addresses = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                address = message["params"]["request"]["url"]
                if not address.startswith(("data:", "blob:")):
                    addresses.append(address)
        return addresses

    def close(self, name, pages):
        console = [entry["message"] for entry in self.driver.get_log("browser")]
        check(not console, f"{name}: nothing on the console {console or ''}")
        asked = self.requests()
        check(len(asked) == pages and all(a.startswith("file:///") for a in asked), f"{name}: no request {asked[pages:]}")
        self.driver.quit()


def fits(browser, name):
    widths = browser.run("[document.documentElement.scrollWidth, innerWidth]")
    check(widths[0] <= widths[1], f"{name}: nothing scrolls sideways {widths}")


def use(path, folder):
    """Sort, filter, rest, select, keys, CSV."""
    browser = Browser(1024, folder=folder)
    browser.open(path)
    rows = len(browser.all("table.trials tbody tr"))
    check(rows > 3, f"the table has {rows} rows")
    browser.sort("macs")
    ids = [int(value) for value in browser.column("id")]
    order = browser.run(
        "(() => { const study = JSON.parse(document.getElementById('data').textContent).studies[0];"
        "const kept = study.tables.trials; const [id, macs] = ['id', 'macs'].map((c) => kept.varying.indexOf(c));"
        "return study.order.map((place) => kept.rows[place]).sort((a, b) => a[macs] - b[macs]).map((row) => row[id]); })()")
    check(ids == order, "sorting by macs orders by the exact macs")
    browser.sort("macs")
    check([int(value) for value in browser.column("id")][0] == order[-1], "sorting again reverses")
    check(browser.one("table.trials th[aria-sort]").get_attribute("aria-sort") == "descending", "the heading says so")
    browser.sort("accuracy")
    accuracies = [float(value) for value in browser.column("accuracy") if value]
    check(accuracies == sorted(accuracies, reverse=True), "sorting by accuracy begins with the highest")

    filter_field = browser.one(".tools input")
    filter_field.send_keys(f"id<={order[1]}")
    left = [int(value) for value in browser.column("id")]
    check(left and all(value <= order[1] for value in left), f"a filter compares: {len(left)} of {rows} rows")
    check("of" in browser.one(".tools output").text, "and says how many are left")
    filter_field.clear()
    filter_field.send_keys("no such word" + Keys.TAB)
    check(not browser.all("table.trials tbody tr"), "a filter of a word that no row has leaves none")
    filter_field.clear()
    filter_field.send_keys(" ")
    check(len(browser.all("table.trials tbody tr")) == rows, "an empty filter shows all again")

    plot = browser.one("#s1-front svg.wide")
    mark = browser.all("#s1-front svg.wide [data-id]")[0]
    browser.run("arguments[0].scrollIntoView({block: 'center'})", plot)
    ActionChains(browser.driver).move_to_element(mark).perform()
    tip = browser.one(".tip")
    check(tip.is_displayed() and "trial:" in tip.text, f"a pointer is told: {tip.text}")
    ActionChains(browser.driver).click(mark).perform()
    identifier = mark.get_attribute("data-id")
    selected = browser.all(".selected")
    check(all(s.get_attribute("data-id") == identifier for s in selected), "one trial is selected")
    check(len(browser.all("table.trials tr.selected")) == 1, "in the table")
    check(len([s for s in browser.all("svg .selected")]) > 2, "and in other plots")
    check("trial:" in browser.one(".selection").text, f"and said: {browser.one('.selection span').text}")
    browser.picture(os.path.join(folder, "selection.png"), "#s1-front")
    browser.one(".selection [data-do=row]").click()
    row = browser.one("table.trials tr.selected")
    check(browser.run("(() => { const b = arguments[0].getBoundingClientRect(); return b.top >= 0 && b.bottom <= innerHeight })()", row),
          "its row can be shown")
    ActionChains(browser.driver).send_keys(Keys.ESCAPE).perform()
    check(not browser.all(".selected") and not browser.one(".selection").is_displayed(), "Escape ends the selection")

    browser.run("document.querySelector('#s1-front svg.wide').focus()")
    ActionChains(browser.driver).send_keys(Keys.ARROW_RIGHT).perform()
    first = browser.one("table.trials tr.selected").get_attribute("data-id")
    ActionChains(browser.driver).send_keys(Keys.ARROW_RIGHT).perform()
    check(browser.one("table.trials tr.selected").get_attribute("data-id") != first, "arrow keys walk from point to point")
    outline = browser.run("getComputedStyle(document.querySelector('#s1-front svg.wide')).outlineStyle")
    check(outline == "solid", "what has the focus shows it")

    browser.one("[data-do=csv]").click()
    saved = os.path.join(folder, "trials.csv")
    deadline = time.time() + 10
    while not os.path.exists(saved) and time.time() < deadline:
        time.sleep(0.1)
    lines = open(saved).read().splitlines() if os.path.exists(saved) else []
    check(len(lines) == rows + 1 and lines[0].startswith("id,study,"), f"the CSV has {len(lines)} lines")
    browser.close("used", 1)


def look(path, folder, name):
    """Every width, light and dark, and paper."""
    browser = Browser(1024)
    for width in WIDTHS:
        browser.size(width)
        for scheme in ["light", "dark"]:
            browser.media(scheme)
            browser.open(path)
            fits(browser, f"{name}, {width} pixels, {scheme}")
            for box in browser.all("details"):
                browser.run("arguments[0].open = true", box)
            fits(browser, f"{name}, {width} pixels, {scheme}, all tables open")
            browser.open(path)
            browser.picture(os.path.join(folder, f"{name}-{width}-{scheme}.png"))
    browser.size(1024)
    browser.media(kind="print")
    paper = browser.run("getComputedStyle(document.body).backgroundColor")
    check(paper in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"), f"{name}: paper is white, {paper}")
    check(not browser.one("nav").is_displayed(), f"{name}: paper has no links to panels")
    browser.picture(os.path.join(folder, f"{name}-print.png"))
    browser.close(name, 4 * len(WIDTHS))


def read_without_scripts(path, folder):
    browser = Browser(1024, scripts=False)
    browser.open(path)
    check(browser.all("table.trials tbody tr") and browser.one("#s1-front svg.wide").is_displayed(), "without scripts the page is whole")
    check(not browser.one(".tools").is_displayed(), "and shows no tool that needs them")
    browser.close("without scripts", 1)


def survive(path):
    browser = Browser(390)
    browser.open(path)
    check(browser.driver.title.endswith("compound") and browser.driver.title != "taken", "a hostile name runs nothing")
    check(HOSTILE[:20] in browser.one("h1").text, "and is shown as it is")
    fits(browser, "hostile name")
    browser.close("hostile name", 1)


def main(compound, folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)

    def report(store, name, *more):
        path = os.path.join(folder, name + ".html")
        subprocess.run([compound, "report", *more, "--store", store, "--output", path], check=True)
        return path

    claim = report(CLAIM, "claim", "scaling-claim-long")
    everything = report(CLAIM, "everything")
    space = os.path.join(folder, "hostile.yaml")
    with open(space, "w") as file:
        json.dump({
            "name": HOSTILE, "baseline": "efficientnet-b0", "alpha": 1, "beta": [1, 1.1], "gamma": [1, 1.1],
            "budget": {"macs": "1.2x", "tolerance": "40%"}, "measure": {"latency": "none"}}, file, ensure_ascii=False)
    store = os.path.join(folder, "hostile.sqlite")
    subprocess.run([compound, "search", space, "--store", store], check=True, stdout=subprocess.DEVNULL)
    hostile = report(store, "hostile")

    use(claim, folder)
    look(claim, folder, "claim")
    look(everything, folder, "everything")
    for newest in ["results/shared/fashion-mnist/report.html", "results/report.html"]:
        if os.path.exists(newest):
            look(newest, folder, "newest")
            break
    read_without_scripts(claim, folder)
    survive(hostile)
    print(f"{len(failures)} failed; the pictures are in {folder}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
