"""The same jobs in DuckDB and Polars. Usage: peers.py TOOL JOB BASE NEXT OUTPUT [DATABASE]"""
import json
import sys

tool, job, base, nxt, out = sys.argv[1:6]
database = sys.argv[6] if len(sys.argv) > 6 else ":memory:"
KEY = ("sku", "location", "unit") + (("bin",) if "bin-" in base else ())
QUANTITIES = ("on_hand", "committed")
OTHERS = ("sku", "unit", "updated_at")


def columns(path, types):
    """The type of each of the file's columns, in order."""
    with open(path, encoding="utf-8") as lines:
        first = next(lines)
    names = list(json.loads(first)) if path.endswith(".ndjson") else first.rstrip("\n").split(",")
    texts = OTHERS if "wide-" in path else [name for name in names if name not in QUANTITIES]
    return {name: types[0] if name in texts else types[1] for name in names}


if tool == "duckdb":
    import duckdb

    connection = duckdb.connect(database, read_only=job == "diff")
    connection.execute("SET threads=2; SET preserve_insertion_order=false")

    def rows(path):
        types = columns(path, ("VARCHAR", "DECIMAL(18,3)"))
        if path.endswith(".ndjson"):
            return (f"(SELECT sku,location,unit,on_hand-committed AS net FROM read_json('{path}',"
                    f"format='newline_delimited',columns={types}))")
        if "wide-" in path:
            return (f"(SELECT sku,location,unit,net FROM (UNPIVOT (FROM read_csv('{path}',header=true,auto_detect=false,"
                    f"delim=',',quote='\"',escape='\"',columns={types})) ON COLUMNS(* EXCLUDE ({','.join(OTHERS)})) "
                    "INTO NAME location VALUE net))")
        return (f"(SELECT {','.join(KEY)},on_hand-committed AS net FROM read_csv('{path}',header=true,auto_detect=false,"
                f"delim=',',quote='\"',escape='\"',columns={types}))")

    if job == "load":
        connection.execute(f"CREATE TABLE base AS SELECT * FROM {rows(base)}")
        sys.exit()
    on = " AND ".join(f"b.{k}=n.{k}" for k in KEY)
    select = ("SELECT " + ",".join(f"coalesce(n.{k},b.{k}) {k}" for k in KEY) + ","
              "CASE WHEN b.net IS NULL THEN 'added' WHEN n.net IS NULL THEN 'removed' ELSE 'changed' END kind,"
              "b.net AS before,n.net AS after")
    if job == "diff":
        connection.execute(f"COPY ({select} FROM base b FULL OUTER JOIN {rows(nxt)} n ON {on} "
                           f"WHERE b.net IS DISTINCT FROM n.net) TO '{out}' (HEADER true)")
    else:
        connection.execute("BEGIN")
        connection.execute(f"CREATE TEMP TABLE d AS {select} FROM base b FULL OUTER JOIN {rows(nxt)} n ON {on} "
                           "WHERE b.net IS DISTINCT FROM n.net")
        connection.execute(f"COPY d TO '{out}' (HEADER true)")
        connection.execute("MERGE INTO base b USING d ON " + " AND ".join(f"b.{k}=d.{k}" for k in KEY) +
                           " WHEN MATCHED AND d.kind='removed' THEN DELETE WHEN MATCHED THEN UPDATE SET net=d.after"
                           " WHEN NOT MATCHED THEN INSERT VALUES (d.sku,d.location,d.unit,d.after)")
        connection.execute("COMMIT")
else:
    import polars

    def read(path):
        schema = columns(path, (polars.String, polars.Float64))
        return polars.scan_csv(path, schema=schema).select(*KEY, (polars.col("on_hand") - polars.col("committed")).alias("net"))

    both = read(base).join(read(nxt), on=list(KEY), how="full", coalesce=True)
    both.filter(polars.col("net").ne_missing(polars.col("net_right"))).sink_csv(out)
