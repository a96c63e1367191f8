#!/usr/bin/env python3
"""Looks at the pages of a running service as people do: with a browser, at three widths, with and without script.

    Tests/Service/pages.py URL [--pictures FOLDER]

Every page loads without a complaint in the console, fits 1280, 768 and 320 pixels without being moved sideways, can
be walked by keyboard, and has no finding of axe; a held plan is approved, and an exception given away, put off and
ended by their forms without script. Needs a service that has made a run, holds a plan and has an open exception. `--pictures` keeps what was seen, light and dark.
"""

import argparse
import pathlib
import re
import sys

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

WIDTHS = [(1280, 800), (768, 1024), (320, 640)]
PATHS = ["/", "/runs", "/exceptions", "/levels", "/fences", "/orders", "/sources", "/audit", "/sku"]
failures = []


def expect(is_good, text):
    if not is_good:
        failures.append(text)
        print(f"   FAILED  {text}")


def known_paths(page, url):
    """The list pages, and one of each kind that they lead to."""
    paths = list(PATHS)
    wanted = {
        "/runs": r"^/runs/[^?]+$",
        "/runs?state=held": r"^/plans/[^?]+$",
        "/sources": r"^/sources/[^?]+$",
        "/exceptions": r"^/exceptions/[0-9]+$",
        "/levels?standing=unknown": r"^/sku/",
        "/orders": r"^/orders\?order=",
    }
    for where, pattern in wanted.items():
        page.goto(url + where)
        links = page.eval_on_selector_all("main a[href]", "all => all.map(a => a.getAttribute('href'))")
        found = [link for link in links if re.match(pattern, link)]
        paths += found[:1]
    paths += ["/exceptions?owner=operations&severity=critical", "/sku/AB-7", "/sku/AB-7?days=1"]
    return paths + ["/sku/nothing-of-this-name", "/sign-in"]


def look(context, url, path, width, height, pictures, scheme):
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    complaints = []
    page.on("console", lambda said: said.type in ("error", "warning") and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    answer = page.goto(url + path)
    is_error = path.startswith("/sku/nothing")
    expect(answer.status == (404 if is_error else 200), f"{path}: {answer.status}")
    page.wait_for_timeout(300)
    where = f"{path} at {width}, {scheme}"
    told = [text for text in complaints if not (is_error and "404" in text)]
    expect(not told, f"{where}: the console says {told[:2]}")
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    expect(over <= 0, f"{where}: {over} pixels too wide")
    expect(page.locator("main h1").count() == 1, f"{where}: it has no single heading")
    found = Axe().run(page).response["violations"]
    for one in found:
        nodes = "; ".join(node["html"][:120] for node in one["nodes"][:2])
        expect(False, f"{where}: axe {one['id']} ({one['impact']}): {one['help']}: {nodes}")
    if pictures:
        name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "standing"
        page.screenshot(path=str(pictures / f"{name}-{width}-{scheme}.png"), full_page=width < 1000)
    page.close()


def walk(context, url):
    """By keyboard: the first stop leads to the content, and what has the focus is seen."""
    page = context.new_page()
    page.goto(url + "/")
    page.keyboard.press("Tab")
    expect(page.evaluate("document.activeElement.className") == "skip", "the first stop is not the skip link")
    page.keyboard.press("Enter")
    expect(page.evaluate("document.activeElement.id") == "main", "the skip link does not lead to the content")
    for _ in range(12):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle; })()"
        )
        expect(style != "none", "something has the focus and does not show it")
    page.close()


def comes(page, condition):
    """Whether it comes true; the pages' policy lets nothing wait for it inside of them."""
    for _ in range(150):
        if page.evaluate(condition):
            return True
        page.wait_for_timeout(100)
    return False


def stay(context, url):
    """Live: ages grow by themselves, and nothing moves when values arrive."""
    page = context.new_page()
    page.goto(url + "/")
    expect(comes(page, "document.getElementById('live').textContent === 'Live.'"), "the page is not live")
    ages = "[...document.querySelectorAll('main time')].map(one => one.textContent).join()"
    before = page.evaluate(ages)
    page.evaluate(
        """() => { window.shift = 0; new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
        }).observe({ type: "layout-shift", buffered: true }); }"""
    )
    for _ in range(100):
        if page.evaluate(ages) != before:
            break
        page.wait_for_timeout(100)
    else:
        expect(False, "no age grows")
    page.wait_for_timeout(5_000)
    expect(page.evaluate("window.shift") < 0.02, f"the page moves by {page.evaluate('window.shift')}")
    page.close()


def approve(browser, url):
    """A plan that is held is approved without script."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(url + "/runs?state=held")
    link = page.locator("main a[href^='/plans/']").first
    if link.count() == 0:
        expect(False, "no plan is held: nothing to approve")
        return
    link.click()
    page.fill("input[name=who]", "Ann Example")
    page.fill("input[name=reason]", "looked at the export")
    page.click("button[value=approve]")
    expect("Approved" in page.locator(".notice").first.text_content(), f"not approved: {page.url}")
    page.goto(url + "/")
    expect(page.locator("noscript meta").count() == 1 or "http-equiv=\"refresh\"" in page.content(), "no refresh")
    context.close()


def work(browser, url):
    """An exception is given away, put off, tried again and ended without script, with the keyboard alone."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(url + "/exceptions")
    link = page.locator("main a[href^='/exceptions/']").first
    if link.count() == 0:
        expect(False, "no exception is open: nothing to work at")
        return
    link.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    address = page.url
    fields = {
        "assign": ({"assignee": "Bob Example", "who": "Ann Example"}, "Given away."),
        "snooze": ({"who": "Ann Example", "reason": "asked the warehouse"}, "Put off"),
        "retry": ({"who": "Ann Example"}, "It is tried again"),
        "resolve": ({"who": "Ann Example", "reason": "found and mended"}, "Ended."),
    }
    for name, (values, said) in fields.items():
        page.goto(address)
        form = page.locator(f"form[action$='/{name}']")
        if form.count() == 0:
            expect(name == "retry", f"{name} cannot be done at {address}")
            continue
        for field, value in values.items():
            form.locator(f"input[name={field}]").fill(value)
        form.locator("button").focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        notice = page.locator(".notice").first
        text = notice.text_content() if notice.count() else page.locator("main").inner_text()
        expect(said in text, f"{name} is not done: {text[:300]}")
    text = page.locator("main").inner_text()
    for part in ["Bob Example", "asked the warehouse", "found and mended", "It has ended"]:
        expect(part in text, f"the exception does not tell of “{part}”")
    context.close()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("url")
    arguments.add_argument("--pictures", type=pathlib.Path)
    arguments.add_argument("--browser", default="/usr/bin/chromium")
    options = arguments.parse_args()
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=options.browser, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        looked = 0
        for scheme in ["light", "dark"]:
            context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
            page = context.new_page()
            paths = known_paths(page, options.url)
            page.close()
            for path in paths:
                for width, height in WIDTHS:
                    look(context, options.url, path, width, height, options.pictures, scheme)
                    looked += 1
            if scheme == "light":
                walk(context, options.url)
                stay(context, options.url)
            context.close()
        approve(browser, options.url)
        work(browser, options.url)
        browser.close()
    print(f"pages: {looked} views looked at, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
