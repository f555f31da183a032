"""Reads metadata cells as YAML 1.1 and compares them with the same records as JSON."""

import csv
import json
import os
import sys

import yaml

csv.field_size_limit(1 << 24)
with open(os.environ["JSON"], encoding="utf-8") as file:
    records = json.load(file)["items"]
with open(os.environ["CSV"], encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file))

if [row["id"] for row in rows] != [record["id"] for record in records]:
    sys.exit("the two exports hold different records")
for row, record in zip(rows, records):
    read = yaml.safe_load(row["meta"])
    if read != record["meta"] or list(read) != list(record["meta"]):
        sys.exit(f"{row['meta']!r}\nreads as\n{read!r}\ninstead of\n{record['meta']!r}")
print(len(rows), "cells")
