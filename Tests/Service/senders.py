#!/usr/bin/env python3
"""Sends stock events to a running service as independent clients make them.

    senders.py URL [SECRET]

URL is the events address of a source, http://127.0.0.1:8080/v1/shops/main/sources/erp/events; SECRET is what
its secrets_file holds for `signature: standard-webhooks` (whsec_…), and may be missing where it signs nothing.
Signatures are those of PyPI's `standardwebhooks`, bodies those of PyPI's `cloudevents`. Tells each
answer on a line, and ends with 1 where one is not what the contract says. TOKEN in the environment is sent as
bearer token.
"""
import json
import os
import sys
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timedelta, timezone

from cloudevents.core.bindings.http import to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from standardwebhooks import Webhook

failures = 0


def send(url, headers, body):
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    if os.environ.get("TOKEN"):
        request.add_header("Authorization", "Bearer " + os.environ["TOKEN"])
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def expect(name, answer, status, **counts):
    global failures
    fine = answer[0] == status
    if fine and counts:
        said = json.loads(answer[1])
        fine = all(said.get(key) == value for key, value in counts.items())
    if not fine:
        failures += 1
    print(f"{'ok  ' if fine else 'FAIL'} {name}: {answer[0]} {answer[1][:300].decode(errors='replace')}")


def batch_of(answer):
    return json.loads(answer[1]).get("batch")


def signed(secret, body, at=None, identity=None):
    """The headers of Standard Webhooks."""
    headers = {"Content-Type": "application/json"}
    if secret is None:
        return headers
    at = at or datetime.now(tz=timezone.utc)
    identity = identity or f"msg_{uuid.uuid4()}"
    headers["webhook-id"] = identity
    headers["webhook-timestamp"] = str(int(at.timestamp()))
    headers["webhook-signature"] = Webhook(secret).sign(identity, at, body.decode())
    return headers


def level(sku, net):
    now = datetime.now(tz=timezone.utc).isoformat(timespec="microseconds")
    return {"sku": sku, "location": "WH-1", "unit": "EA", "net": str(net), "as_of": now}


def sends_cloud_events(url, secret):
    def event(kind, data):
        attributes = {
            "id": str(uuid.uuid4()),
            "source": "/tests/senders",
            "type": f"tidegate.stock.{kind}.v1",
            "specversion": "1.0",
            "time": datetime.now(tz=timezone.utc),
            "datacontenttype": "application/json",
        }
        return CloudEvent(attributes=attributes, data=data)

    for name, mode in (("structured", to_structured), ("binary", to_binary)):
        message = mode(event("level", level("SENDER-1", 4)), JSONFormat())
        headers = signed(secret, message.body) | dict(message.headers)
        answer = send(url, headers, message.body)
        expect(f"cloudevents {name}", answer, 202, accepted=1)
        again = send(url, headers, message.body)
        # A delivery of the same id gets the first answer once more; the event alone is a duplicate.
        if secret is not None:
            expect(f"cloudevents {name}, the same delivery", again, 202, **{"batch": batch_of(answer)})
            headers = signed(secret, message.body) | dict(message.headers)
            again = send(url, headers, message.body)
        expect(f"cloudevents {name}, sent again", again, 202, duplicate=1)
    one = json.loads(to_structured(event("hint", {"sku": "SENDER-1"}), JSONFormat()).body)
    batch = json.dumps([one]).encode()
    headers = signed(secret, batch) | {"Content-Type": "application/cloudevents-batch+json"}
    expect("cloudevents batch", send(url, headers, batch), 202)


def sends_own_bodies(url, secret):
    body = json.dumps([level("SENDER-2", 7), {"sku": "SENDER-2", "net": "x"}]).encode()
    answer = send(url, signed(secret, body), body)
    expect("an array with a bad item", answer, 202, accepted=1)
    lines = b"\n".join(json.dumps(level(f"SENDER-{n}", n)).encode() for n in range(3, 6))
    headers = signed(secret, lines) | {"Content-Type": "application/x-ndjson"}
    expect("an item a line", send(url, headers, lines), 202, accepted=3)
    broken = b'[{"sku":"SENDER-2"'
    expect("a body cut off", send(url, signed(secret, broken), broken), 400)


def forges(url, secret):
    body = json.dumps(level("SENDER-9", 1)).encode()
    expect("another body than was signed", send(url, signed(secret, body), body + b" "), 401)
    other = "whsec_" + "A" * 32
    expect("another secret", send(url, signed(other, body), body), 401)
    old = datetime.now(tz=timezone.utc) - timedelta(minutes=6)
    expect("a signature of before", send(url, signed(secret, body, at=old), body), 401)
    expect("no signature", send(url, {"Content-Type": "application/json"}, body), 401)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    url, secret = sys.argv[1], sys.argv[2] if len(sys.argv) == 3 else None
    sends_own_bodies(url, secret)
    sends_cloud_events(url, secret)
    if secret is not None:
        forges(url, secret)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
