#!/usr/bin/env python3
"""Five nights in which something breaks, each found, understood and mended by the pages of the service.

    Tests/Service/nights.py TIDEGATE ORO_SIMULATOR [--pictures FOLDER]

A location is missing, a unit is renamed, a rule is edited so that a key account gets nothing, half a file comes, an
old file comes once more. Whoever looks has a browser without script; beside it only what the ERP writes and the
configuration, where a page says that it has to be mended there, are changed.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from playwright.sync_api import sync_playwright

CONFIGURATION = """
sources:
  erp: { kind: file, path: FOLDER/stock.csv, scope: full, contract: { rows_min: 10 } }
units: [UNITS]
sites: { main: { locations: ["WH-*", "VIPS"] } }
oro: { url: "SHOP", client_id: test, client_secret_file: FOLDER/secret }
store: { path: FOLDER/state }
service: { bind: "127.0.0.1:0" }
"""


class Stage:
    """A simulated shop, a service, an ERP that writes a file, and a person with a browser."""

    def __init__(self, options, folder, browser):
        self.tidegate, self.folder, self.browser = options.tidegate, folder, browser
        self.pictures, self.night, self.seen = options.pictures, "", 0
        self.unit, self.units = "EA", "{ erp: EA, per_base: 1, oro: item }"
        (folder / "secret").write_text("client-secret")
        (folder / "secret").chmod(0o600)
        names = [sku for sku, _, _ in self.rows()]
        lines = ["sku,unit,precision,quantity"] + [f"{name},item,0,0" for name in names]
        (folder / "catalogue.csv").write_text("\n".join(lines) + "\n")
        self.processes = []
        simulator = [options.simulator, "--port", "0", "--catalogue", folder / "catalogue.csv", "--client-id", "test"]
        self.shop = self.start(simulator + ["--client-secret", "client-secret"], r"http://[0-9.:]+", "stdout")
        self.configure()
        self.state(self.rows())
        serve = [self.tidegate, "serve", "--config", folder / "tidegate.yaml", "--log-level", "notice"]
        port = self.start(serve, r"port=[0-9]+", "stderr").split("=")[1]
        self.url = f"http://127.0.0.1:{port}"
        self.page = browser.new_context(java_script_enabled=False).new_page()
        self.page.set_viewport_size({"width": 1280, "height": 800})

    def start(self, arguments, pattern, stream):
        """Starts a program, and gives what it says first of that pattern."""
        said = self.folder / f"said-{len(self.processes)}"
        with said.open("w") as file:
            streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: file}
            self.processes.append(subprocess.Popen([str(one) for one in arguments], **streams))
        for _ in range(300):
            found = re.search(pattern, said.read_text())
            if found:
                return found.group(0)
            time.sleep(0.1)
        raise SystemExit(f"{arguments[0]} does not start: {said.read_text()}")

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
            process.wait()

    # What the ERP and the configuration do.

    @staticmethod
    def rows(first=20):
        return [(f"A-{number}", "WH-A", 20 + number) for number in range(120)] + [
            (f"B-{number}", "VIP-1", first + number) for number in range(60)
        ]

    def state(self, rows):
        lines = ["sku,location,unit,on_hand"]
        lines += [f"{sku},{place},{self.unit},{count}" for sku, place, count in rows]
        part = self.folder / "stock.part"
        part.write_text("\n".join(lines) + "\n")
        part.rename(self.folder / "stock.csv")

    def configure(self, vips="VIP-*"):
        text = CONFIGURATION.replace("FOLDER", str(self.folder)).replace("SHOP", self.shop)
        (self.folder / "tidegate.yaml").write_text(text.replace("UNITS", self.units).replace("VIPS", vips))

    def reload(self):
        command = [self.tidegate, "reload", "--config", str(self.folder / "tidegate.yaml")]
        subprocess.run(command, check=True, capture_output=True)

    # What the person does.

    def look(self, path):
        self.page.goto(self.url + path)
        self.keep()
        return self.text()

    def follow(self, link):
        """Follows the first link of the content with these words, or this address."""
        self.page.locator(f"main a:has-text('{link}'), main a[href^='{link}']").first.click()
        self.keep()
        return self.text()

    def text(self):
        return self.page.locator("main").inner_text()

    def keep(self):
        if self.pictures:
            self.seen += 1
            name = f"night-{self.night}-{self.seen}.png"
            self.page.screenshot(path=str(self.pictures / name), full_page=True)

    def run(self):
        """Has the source read, and waits until that has come to an end."""
        known = self.newest_run()[0]
        self.page.click("button:has-text('Run erp now')")
        self.wait(lambda: self.newest_run()[0] != known and self.newest_run()[1])

    def newest_run(self):
        """Its id, and whether it is over."""
        self.page.goto(self.url + "/runs?kind=all")
        link = self.page.locator("main tbody th a").first
        if link.count() == 0:
            return None, False
        state = self.page.locator("main tbody tr .state").first.inner_text()
        return link.get_attribute("href").split("/")[-1], re.search("done|held|rejected|failed", state) is not None

    def wait(self, condition):
        for _ in range(300):
            if condition():
                return
            time.sleep(0.1)
        raise SystemExit(f"night {self.night}: it does not come: {self.text()[:2000]}")

    def expect(self, text, *parts):
        for part in parts:
            if part not in text:
                raise SystemExit(f"night {self.night}: “{part}” is missing at {self.page.url}:\n{text[:3000]}")

    def decide(self, choice, reason):
        self.page.fill("input[name=who]", "Ann Example")
        self.page.fill("input[name=reason]", reason)
        self.page.click(f"button[value={choice}]")
        self.keep()
        return self.text()

    def shows(self, sku, quantity):
        self.wait(lambda: f"The shop shows {quantity}:" in self.look(f"/sku/{sku}"))

    def all_is_well(self):
        self.wait(lambda: "No exception is open." in self.look("/exceptions"))
        self.wait(lambda: "no plan waits for approval" in self.look("/"))


def missing_location(stage):
    stage.state([row for row in stage.rows() if row[1] != "VIP-1"])
    stage.run()
    stage.expect(stage.look("/"), "1 plan waits for approval", "60 of 60 positions at VIP-1 are missing")
    stage.expect(stage.follow("/plans/"), "60 of 60 positions at VIP-1 are missing", "B-59")
    stage.expect(stage.look("/exceptions"), "stock absent", "VIP-1", "critical")
    stage.expect(stage.follow("stock absent"), "Check that the export is whole", "VIP-1")
    stage.follow("/plans/")
    stage.expect(stage.decide("reject", "the export of VIP-1 was cut"), "Rejected")
    stage.shows("B-0", 20)
    stage.state(stage.rows(first=21))
    stage.run()
    stage.shows("B-0", 21)


def renamed_unit(stage):
    stage.unit = "Each"
    stage.state(stage.rows())
    stage.run()
    stage.expect(stage.look("/exceptions"), "stock unit unknown", "Each")
    stage.expect(stage.follow("stock unit unknown"), "Add the unit under units", "(Each)", "B-0")
    stage.units += ", { erp: Each, per_base: 1, oro: item }"
    stage.configure()
    stage.reload()
    stage.run()
    stage.shows("B-0", 20)


def starved_account(stage):
    stage.configure(vips="VPI-*")
    stage.reload()
    stage.wait(lambda: "1 plan waits for approval" in stage.look("/"))
    stage.expect(stage.follow("/plans/"), "newly show 0", "B-59", "would change")
    stage.expect(stage.look("/exceptions"), "figures held", "unknown location", "VIP-1")
    stage.expect(stage.follow("unknown location"), "Add the location to a site under sites")
    stage.shows("B-0", 20)
    stage.configure()
    stage.reload()
    stage.run()
    stage.shows("B-0", 20)


def half_a_file(stage):
    stage.state(stage.rows()[:90])
    stage.run()
    stage.expect(stage.look("/"), "1 plan waits for approval")
    stage.expect(stage.follow("/plans/"), "are missing", "WH-A", "VIP-1")
    stage.shows("B-0", 20)
    stage.state(stage.rows(first=22))
    stage.run()
    stage.shows("B-0", 22)


def replayed_file(stage):
    stage.state(stage.rows(first=18))
    stage.run()
    stage.shows("B-0", 18)
    stage.state(stage.rows(first=22))
    stage.run()
    stage.expect(stage.look("/"), "1 plan waits for approval", "accepted before")
    stage.follow("/plans/")
    stage.expect(stage.decide("reject", "yesterday's file"), "Rejected")
    stage.shows("B-0", 18)
    stage.state(stage.rows(first=17))
    stage.run()
    stage.shows("B-0", 17)


NIGHTS = [missing_location, renamed_unit, starved_account, half_a_file, replayed_file]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("tidegate")
    arguments.add_argument("simulator")
    arguments.add_argument("--pictures", type=pathlib.Path)
    arguments.add_argument("--browser", default="/usr/bin/chromium")
    options = arguments.parse_args()
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path=options.browser, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        stage = Stage(options, pathlib.Path(folder), browser)
        try:
            stage.night = "before"
            stage.run()
            stage.shows("B-0", 20)
            stage.all_is_well()
            for night in NIGHTS:
                stage.night, stage.seen = night.__name__, 0
                night(stage)
                stage.all_is_well()
                print(f"nights: {night.__name__.replace('_', ' ')}: found, understood and mended")
        finally:
            stage.stop()
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
