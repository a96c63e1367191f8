#!/usr/bin/env python3
"""Holds a running service to its OpenAPI description.

    python3 Tests/Service/http_contract.py URL [TOKEN] [--examples N] [--seed N]

Needs `openapi-spec-validator` and `schemathesis`. Ends with 0 where the description is valid and every answer fits it.
Writes to the service: run it against one that is made for it, not against one that somebody uses.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import urllib.request

import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator


def ask(arguments: argparse.Namespace, path: str) -> dict:
    request = urllib.request.Request(arguments.url + path)
    if arguments.token:
        request.add_header("Authorization", f"Bearer {arguments.token}")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def fill_in(description: dict, arguments: argparse.Namespace) -> None:
    """Has the requests name what the service has, beside what it has not."""
    parameters = description["components"]["parameters"]
    shop = ask(arguments, "/v1/shops")["items"][0]["shop"]
    known = {"shop": [shop]}
    lists = {"source": ("sources", "source"), "run": ("runs", "run"), "exception": ("exceptions", "id"),
             "sku": ("levels", "sku")}
    for parameter, (path, field) in lists.items():
        known[parameter] = [one[field] for one in ask(arguments, f"/v1/shops/{shop}/{path}?limit=5")["items"]]
    for parameter, values in known.items():
        parameters[parameter]["schema"] = {"type": "string", "enum": sorted(set(values)) + ["unknown-name"]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("token", nargs="?")
    parser.add_argument("--examples", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    with urllib.request.urlopen(arguments.url + "/openapi.yaml", timeout=10) as answer:
        text = answer.read()
    description = yaml.safe_load(text)
    errors = list(OpenAPIV31SpecValidator(description).iter_errors())
    for error in errors:
        print(f"openapi.yaml: {error.message} at {list(error.absolute_path)}")
    if errors:
        return 1
    print(f"openapi.yaml is valid: {len(description['paths'])} paths")

    fill_in(description, arguments)
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", delete=False) as file:
        yaml.safe_dump(description, file)
    schemathesis = os.path.join(os.path.dirname(sys.executable), "schemathesis")
    command = [
        schemathesis if os.path.exists(schemathesis) else "schemathesis",
        "run", file.name, "--url", arguments.url,
        "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        # What never ends, and what another test looks at.
        "--exclude-operation-id", "stream",
        "--phases", "examples,coverage,fuzzing",
        "--max-examples", str(arguments.examples), "--seed", str(arguments.seed),
        "--request-timeout", "20", "--generation-database", "none", "--no-color",
    ]
    if arguments.token:
        command += ["--header", f"Authorization: Bearer {arguments.token}"]
    try:
        return subprocess.run(command, check=False).returncode
    finally:
        os.unlink(file.name)


if __name__ == "__main__":
    sys.exit(main())
