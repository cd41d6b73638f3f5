#!/bin/sh
# DuckDB 2.0.1 and Polars 2.1.0 (PyPI): a field of JSON lines that first appears after the lines they
# look at for the schema is lost, without a word; pyarrow 26.0.1 has it, or refuses, by how it is called.
#
# DuckDB looks at 20 480 lines, Polars at 100.  What comes later is read by the schema made of
# those: a value of another type is an error, a field they do not have is nothing.  pyarrow's read_json
# has all of them, its open_json stops at the first unknown one.  DuckDB's read_json(...,
# sample_size=-1) reads the file twice and has them; Polars wants infer_schema_length=None.
#
# Hurt by the wrong guess: whoever counts what is rare in a large file: errors, reasons, a key that only
# some records have.  In a file of few lines, as tests have them, it cannot be seen.  Output seen: "field
# of the last 10000 of 60000 lines: duckdb 2.0.1 lost, polars 2.1.0 lost, pyarrow 26.0.1 read_json
# 10000, open_json ArrowInvalid; duckdb sample_size=-1 10000".
#
# Needs Python with venv.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check duckdb==2.0.1 polars==2.1.0 pyarrow==26.0.1 2>/dev/null
told=$(venv/bin/python - <<'PYTHON'
import json

import duckdb
import polars
import pyarrow
import pyarrow.json

with open("lines.jsonl", "w") as file:
    for number in range(60_000):
        line = {"domain": f"d{number}.example"}
        if number >= 50_000:
            line["reason"] = "mismatch"
        file.write(json.dumps(line) + "\n")


def seen(columns, count):
    return count() if "reason" in columns else "lost"


table = duckdb.sql("SELECT * FROM 'lines.jsonl'")
told = [f"duckdb {duckdb.__version__} {seen(table.columns, lambda: table.count('reason').fetchone()[0])}"]
frame = polars.read_ndjson("lines.jsonl")
told.append(f"polars {polars.__version__} {seen(frame.columns, lambda: frame['reason'].count())}")
whole = pyarrow.json.read_json("lines.jsonl")
lost = whole.column("reason").null_count
told.append(f"pyarrow {pyarrow.__version__} read_json {len(whole) - lost}")
try:
    told.append(f"open_json {seen(pyarrow.json.open_json('lines.jsonl').read_all().column_names, int)}")
except pyarrow.ArrowInvalid as error:
    told.append(f"open_json {type(error).__name__}")
[[count]] = duckdb.sql("SELECT count(reason) FROM read_json('lines.jsonl', sample_size=-1)").fetchall()
print(", ".join(told) + f"; duckdb sample_size=-1 {count}")
PYTHON
)
echo "field of the last 10000 of 60000 lines: $told"
[ "$told" = "duckdb 2.0.1 lost, polars 2.1.0 lost, pyarrow 26.0.1 read_json 10000, open_json ArrowInvalid; duckdb sample_size=-1 10000" ]
