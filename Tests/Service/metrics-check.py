#!/usr/bin/env python3
"""Checks a metrics page with two readers that are not ours: PyPI's prometheus-client, and promtool.

    python3 metrics-check.py http://127.0.0.1:8080/metrics [name ...]
    python3 metrics-check.py http://127.0.0.1:8080/metrics --token-file /etc/prometheus/tidegate.token

Names that are given must be on the page. promtool (Debian's package prometheus) is used where it is installed, and
required with --promtool. Exits with 1 where anything is wrong.
"""
import argparse
import math
import shutil
import subprocess
import sys
import urllib.request

from prometheus_client.parser import text_string_to_metric_families


def fetch(url, token_file):
    request = urllib.request.Request(url)
    if token_file:
        with open(token_file, encoding="utf-8") as file:
            request.add_header("Authorization", "Bearer " + file.read().strip())
    if url.startswith("file:"):
        request = url
    with urllib.request.urlopen(request, timeout=10) as answer:
        kind = answer.headers.get("Content-Type", "")
        return kind, answer.read().decode("utf-8")


def problems_of(text):
    """What prometheus-client's reader understands of the page that should not be so."""
    families, seen, problems = {}, set(), []
    for family in text_string_to_metric_families(text):
        if family.name in families:
            problems.append(f"{family.name} comes twice")
        families[family.name] = family
        if family.type == "unknown" or not family.documentation:
            problems.append(f"{family.name} has no type or no help")
        buckets = {}
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            if key in seen:
                problems.append(f"{key} comes twice")
            seen.add(key)
            if sample.name.endswith("_bucket"):
                labels = dict(sample.labels)
                bound = float(labels.pop("le"))
                buckets.setdefault(tuple(sorted(labels.items())), []).append((bound, sample.value))
        for labels, counts in buckets.items():
            if counts != sorted(counts) or [n for _, n in counts] != sorted(n for _, n in counts):
                problems.append(f"{family.name}{labels} is not cumulative")
            total = [s.value for s in family.samples
                     if s.name.endswith("_count") and tuple(sorted(s.labels.items())) == labels]
            if counts[-1][0] != math.inf or total != [counts[-1][1]]:
                problems.append(f"{family.name}{labels} does not end with its count")
    return families, problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--token-file")
    parser.add_argument("--promtool", action="store_true")
    options = parser.parse_args()
    kind, text = fetch(options.url, options.token_file)
    families, problems = problems_of(text)
    if options.url.startswith("http") and not kind.startswith("text/plain; version=0.0.4"):
        problems.append(f"the media type is {kind}")
    samples = {sample.name for family in families.values() for sample in family.samples}
    for name in options.names:
        if name not in samples and name not in families:
            problems.append(f"{name} is missing")
    if shutil.which("promtool"):
        result = subprocess.run(
            ["promtool", "check", "metrics"], input=text, text=True, capture_output=True, check=False)
        if result.returncode != 0:
            problems.append("promtool: " + (result.stdout + result.stderr).strip())
    elif options.promtool:
        problems.append("promtool is not installed")
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(families)} metrics, {sum(len(f.samples) for f in families.values())} series, "
          f"{len(problems)} problems")
    return 1 if problems else 0


sys.exit(main())
