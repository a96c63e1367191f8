"""Runs ours and the other tools in turns, compares the deltas, prints the table. Usage: compare.py FOLDER RUNS OURS PYTHON"""
import decimal, json, os, shutil, statistics, subprocess, sys, time

folder, runs, ours, python = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
only = sys.argv[5] if len(sys.argv) > 5 else ""
here = os.path.dirname(os.path.abspath(__file__))
at = lambda name: os.path.join(folder, name)


def run(command):
    """Wall seconds and peak MB of one process."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = status
    if status:
        sys.exit(f"failed: {' '.join(command)}")
    return time.monotonic() - start, usage.ru_maxrss / 1024


def shape(snapshot):
    """How a snapshot has to be read that is not as the defaults say."""
    return {"wide": ["--config", at("wide.yaml")], "bin": ["--column", "bin=bin"]}.get(snapshot.split("-")[0], [])


def build(snapshot, base):
    return [ours, "baseline", "build", at(snapshot), "--output", at(base), *shape(snapshot)]


def diff(base, nxt, *more):
    return [ours, "diff", at(base), at(nxt), "--format", "csv", "--output", at("ours.out"), *shape(nxt), *more]


def peer(tool, job, base, nxt, database=""):
    return [python, os.path.join(here, "peers.py"), tool, job, at(base), at(nxt), at(tool + ".out")] + ([at(database)] if database else [])


def copied(name, command):
    """Runs on a fresh copy of a baseline or database; copying is not timed."""
    removed("work." + name)
    with open(at(name), "rb") as source, open(at("work." + name), "wb") as target:
        # Copy in large pieces, as both tools write: the page cache keeps their size.
        shutil.copyfileobj(source, target, 16 << 20)
    os.sync()
    return run(command)


def removed(name):
    """Removes the old file first: that is not part of a first build."""
    if os.path.exists(at(name)):
        os.unlink(at(name))


def built(snapshot, base):
    removed(base)
    return run(build(snapshot, base))


def loaded(snapshot, database):
    removed(database)
    return run(peer("duckdb", "load", snapshot, snapshot, database))


def deltas(path):
    number = lambda text: decimal.Decimal(text).normalize() if text else None
    with open(at(path), encoding="utf-8") as lines:
        next(lines)
        rows = (line.rstrip("\n").split(",") for line in lines)
        return {(*r[:-2], number(r[-2]), number(r[-1])) for r in rows}


def jobs(base, pairs):
    """Each job: the ratio to reach, and each tool's run; the first two are compared."""
    table = {}
    for label, snapshot, nxt, asked in pairs:
        table[f"diff, {label}"] = (asked, {
            "Tidegate": lambda s=snapshot, n=nxt: run(diff(base[s], n)),
            "DuckDB": lambda s=snapshot, n=nxt: run(peer("duckdb", "diff", s, n, base[s] + ".db")),
        })
        if snapshot in ("base.csv", "quoted-base.csv"):
            table[f"diff, {label}"][1]["Polars"] = lambda s=snapshot, n=nxt: run(peer("polars", "diff", s, n))
    for label, snapshot, nxt, _ in pairs[:3]:
        table[f"diff + durable accept, {label}"] = (8, {
            "Tidegate": lambda s=snapshot, n=nxt: copied(base[s], diff("work." + base[s], n, "--accept")),
            "DuckDB": lambda s=snapshot, n=nxt: copied(base[s] + ".db", peer("duckdb", "accept", s, n, "work." + base[s] + ".db")),
        })
    table["first build from CSV"] = (3, {
        "Tidegate": lambda: built("base.csv", "built.base"),
        "DuckDB": lambda: loaded("base.csv", "built.db"),
    })
    table["identical file"] = (1 / 0.6, {
        "Tidegate": lambda: run(diff("base", "base.csv")),
        "wc -l": lambda: run(["wc", "-l", at("base.csv")]),
    })
    table[".zst in, same order"] = (1 / 1.15, {
        "Tidegate": lambda: run(diff("base", "next.csv.zst")),
        "zstd -dc": lambda: run(["zstd", "-dcq", at("next.csv.zst")]),
    })
    table[".gz in, same order"] = (1 / 1.08, {
        "Tidegate": lambda: run(diff("base", "next.csv.gz")),
        "igzip -dc": lambda: run(["igzip", "-dc", at("next.csv.gz")]),
    })
    return table


def prepare(base):
    for packer, ending in (("zstd", "zst"), ("gzip", "gz")):
        if not os.path.exists(at(f"next.csv.{ending}")):
            with open(at(f"next.csv.{ending}"), "wb") as packed:
                subprocess.run([packer, "-qc", at("next.csv")], stdout=packed, check=True)
    for snapshot, name in base.items():
        run(build(snapshot, name))
        loaded(snapshot, name + ".db")


def main():
    base = {"base.csv": "base", "quoted-base.csv": "quoted.base", "objects-base.ndjson": "objects.base",
            "wide-base.csv": "wide.base", "bin-base.csv": "bin.base"}
    prepare(base)
    run(build("small/base.csv", "small/base"))
    pairs = [
        ("same order", "base.csv", "next.csv", 10),
        ("shuffled", "base.csv", "shuffled.csv", 8),
        ("same order, quoted, columns in another order", "quoted-base.csv", "quoted.csv", 10),
        ("every row with a new time", "base.csv", "touched.csv", 7),
        ("every row with a new time, shuffled", "base.csv", "touched-shuffled.csv", 5),
        ("NDJSON, half as many rows", "objects-base.ndjson", "objects-next.ndjson", 5),
        ("a column a location", "wide-base.csv", "wide-next.csv", 5),
        ("bins", "bin-base.csv", "bin-next.csv", 5),
    ]
    print("| job | Tidegate s (min-max) | peak MB | other | s (min-max) | peak MB | other / Tidegate | asked |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for job, (asked, tools) in jobs(base, pairs).items():
        if only not in job:
            continue
        results = {tool: [] for tool in tools}
        for _ in range(runs):
            for tool, start in tools.items():
                results[tool].append(start())
        if job.startswith("diff"):
            same = deltas("ours.out")
            for tool in list(tools)[1:]:
                if tool == "DuckDB" and deltas("duckdb.out") != same:
                    sys.exit(f"{job}: the deltas differ")
        figures = {}
        for tool, all_runs in results.items():
            walls = [wall for wall, _ in all_runs]
            figures[tool] = (statistics.median(walls), f"{statistics.median(walls):.3f} ({min(walls):.3f}-{max(walls):.3f})",
                             statistics.median(peak for _, peak in all_runs))
        (mine, my_text, my_peak), others = figures["Tidegate"], list(figures.items())[1:]
        for place, (tool, (wall, text, peak)) in enumerate(others):
            wanted = f"{asked:.2f}" if place == 0 else ""
            print(f"| {job} | {my_text} | {my_peak:.0f} | {tool} | {text} | {peak:.0f} | {wall / mine:.2f} | {wanted} |", flush=True)
    described = json.loads(subprocess.run([ours, "baseline", "info", at("base")], capture_output=True, check=True).stdout)
    beside = (described["base_bytes"] - described["key_text_bytes"]) / described["positions"]
    for label, nxt in (("same order", "next.csv"), ("shuffled", "shuffled.csv")):
        small, large = [], []
        for _ in range(runs):
            small.append(run([ours, "diff", at("small/base"), at("small/" + nxt), "--output", at("ours.out")])[0])
            large.append(run(diff("base", nxt))[0])
        times = statistics.median(large) / statistics.median(small)
        print(f"\nTen times the rows, {label}: {times:.1f} times as long.")
    print(f"\nThe baseline file has {beside:.1f} bytes a row beside {described['key_text_bytes'] / described['positions']:.1f} of key text.")


main()
