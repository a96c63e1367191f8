"""Alternates our runs with DuckDB's and Polars', compares the deltas, prints the table. Usage: compare.py FOLDER RUNS OURS PYTHON"""
import decimal, os, shutil, statistics, subprocess, sys

folder, runs, ours, python = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
here = os.path.dirname(os.path.abspath(__file__))
at = lambda name: os.path.join(folder, name)


def run(command):
    """Wall seconds, processor seconds and peak MB of one process."""
    import time
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = status
    if status:
        sys.exit(f"failed: {' '.join(command)}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def build(base):
    return [ours, "baseline", "build", at("base.csv"), "--output", at(base)]


def diff(base, nxt, out):
    return [ours, "diff", at(base), at(nxt), "--format", "csv", "--output", at(out)]


def peer(tool, job, nxt, out, database=""):
    return [python, os.path.join(here, "peers.py"), tool, job, at("base.csv"), at(nxt), at(out)] + ([database] if database else [])


def copied(command, *names):
    for name in names:
        shutil.copy(at(name), at("work." + name))
    os.sync()
    return run(command)


def deltas(path):
    number = lambda text: decimal.Decimal(text).normalize() if text else None
    with open(at(path), encoding="utf-8") as lines:
        next(lines)
        rows = (line.rstrip("\n").split(",") for line in lines)
        return {(r[0], r[1], r[2], r[3], number(r[4]), number(r[5])) for r in rows}


for name in ("ours.base", "duck.db", "work.ours.base", "work.duck.db"):
    if os.path.exists(at(name)):
        os.unlink(at(name))
run(build("ours.base"))
run(peer("duckdb", "load", "base.csv", "none", at("duck.db")))
jobs = {}
for nxt in ("next.csv", "shuffled.csv"):
    label = "same order" if nxt == "next.csv" else "shuffled"
    jobs[f"diff, {label}"] = {
        "ours": lambda n=nxt: run(diff("ours.base", n, "ours.out")),
        "DuckDB": lambda n=nxt: run(peer("duckdb", "diff", n, "duck.out", at("duck.db"))),
        "Polars": lambda n=nxt: run(peer("polars", "diff", n, "polars.out")),
    }
    jobs[f"diff + accept, {label}"] = {
        "ours": lambda n=nxt: copied(diff("work.ours.base", n, "ours.out") + ["--accept"], "ours.base"),
        "DuckDB": lambda n=nxt: copied(peer("duckdb", "accept", n, "duck.out", at("work.duck.db")), "duck.db"),
    }
jobs["identical file"] = {
    "ours": lambda: run(diff("ours.base", "base.csv", "same.out")),
    "wc -l": lambda: run(["wc", "-l", at("base.csv")]),
}


def load():
    if os.path.exists(at("load.db")):
        os.unlink(at("load.db"))
    return run(peer("duckdb", "load", "base.csv", "none", at("load.db")))


jobs["first build"] = {"ours": lambda: run(build("built.base")), "DuckDB": load}
print("| job | tool | wall s, median (min-max) | processor s | peak MB | wall / ours | processor / ours |")
print("| --- | --- | --- | --- | --- | --- | --- |")
for job, tools in jobs.items():
    results = {tool: [] for tool in tools}
    for _ in range(runs):
        for tool, start in tools.items():
            results[tool].append(start())
    if job.startswith("diff") and deltas("ours.out") != deltas("duck.out"):
        sys.exit(f"{job}: the deltas differ")
    first = None
    for tool, all_runs in results.items():
        wall, processor, peak = (statistics.median(r[i] for r in all_runs) for i in range(3))
        first = first or (wall, processor)
        spread = f"{min(r[0] for r in all_runs):.3f}-{max(r[0] for r in all_runs):.3f}"
        print(f"| {job} | {tool} | {wall:.3f} ({spread}) | {processor:.2f} | {peak:.0f} | {wall / first[0]:.1f} | {processor / first[1]:.1f} |", flush=True)
