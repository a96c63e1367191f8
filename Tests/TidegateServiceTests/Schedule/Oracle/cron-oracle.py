#!/usr/bin/env python3
"""Writes cron-times.json: when schedules come, after PyPI's cronsim (2.8).

    python3 -m venv venv && venv/bin/pip install cronsim==2.8
    venv/bin/python cron-oracle.py > cron-times.json

cronsim departs from a clock on the wall in a few places where a schedule that follows the clock meets a change of
half an hour, or a midnight that does not exist. Where the times lie within 60 days, every minute is tried too, and
what the clock shows is written then (`"oracle": "clock"`).
"""
import json
import random
import re
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from cronsim import CronSim
from cronsim.cronsim import is_imaginary

UTC = timezone.utc
TIMES = 6

# Zone, and instants around which its clock changes.
CHANGES = {
    "Europe/Berlin": ["2026-03-29T01:00", "2026-10-25T01:00"],
    "America/New_York": ["2026-03-08T07:00", "2026-11-01T06:00"],
    "Australia/Lord_Howe": ["2026-04-04T15:00", "2026-10-03T15:30"],
    "Pacific/Chatham": ["2026-04-04T14:00", "2026-09-26T14:00"],
    "America/Sao_Paulo": ["2017-10-15T03:00", "2018-02-18T02:00"],
    "America/Havana": ["2026-03-08T05:00", "2026-11-01T05:00"],
    "America/St_Johns": ["2010-03-14T03:31", "2010-11-07T02:31"],
    "Africa/Casablanca": ["2025-02-23T02:00", "2025-04-06T02:00"],
    "Pacific/Apia": ["2011-12-30T10:00", "2012-03-31T14:00"],
    "Asia/Kathmandu": ["2026-03-29T01:00"],
    "UTC": ["2026-03-29T01:00"],
}

EXPRESSIONS = [
    "30 2 * * *", "*/30 * * * *", "0 * * * *", "15 2 * * *", "0 0 * * *", "*/10 2 * * *", "*/20 0 * * *",
    "30 1 * * *", "0,30 1-3 * * *", "59 23 * * *", "5 */2 * * *", "0 3 * * 0", "45 1 * * sun", "0 2 1 * *",
    "15 0 15 * mon", "0 12 29 2 *", "0 6-18/4 * * mon-fri", "*/7 1,2 * * *", "30 23 * * 6,7", "1 0 1 1 *",
    "10 0 */5 * */2", "0 2 30 12 *", "20 1 * mar,oct 5-7",
]


def field(random, low, high, names=()):
    kind = random.randrange(6)
    if kind < 2:
        return "*" if random.random() < 0.6 else f"*/{random.randint(2, 20)}"
    first = random.randint(low, high)
    last = random.randint(first, high)
    if kind == 2:
        return f"{first}-{last}"
    if kind == 3:
        return f"{first}-{last}/{random.randint(1, 5)}"
    return ",".join(str(value) for value in sorted({first, last, random.randint(low, high)}))


def random_expression(random):
    day = field(random, 1, 28) if random.random() < 0.3 else "*"
    month = field(random, 1, 12) if random.random() < 0.2 else "*"
    weekday = field(random, 0, 7) if random.random() < 0.3 else "*"
    return " ".join([field(random, 0, 59), field(random, 0, 23), day, month, weekday])


def simulated(expression, start, zone):
    times = []
    for time in CronSim(expression, start.astimezone(zone)):
        # A schedule that follows the clock does not come at a time that the clock leaves out.
        if is_imaginary(time):
            continue
        instant = time.astimezone(UTC)
        # Within an hour that the clock shows twice, cronsim begins with the first, which may be past.
        if instant > start:
            times.append(instant)
        if len(times) == TIMES:
            break
    return times


def shown(expression, start, until, zone):
    """Every minute at which the clock on the wall shows a time of the schedule."""
    probe = CronSim(expression, datetime(2000, 1, 1))
    instant = start.replace(second=0, microsecond=0) + timedelta(minutes=1)
    times = []
    while instant <= until and len(times) < TIMES:
        local = instant.astimezone(zone)
        if (local.minute in probe.minutes and local.hour in probe.hours and local.month in probe.months
                and probe.match_day(local.date())):
            times.append(instant)
        instant += timedelta(minutes=1)
    return times


def main():
    choose = random.Random(17)
    rows, departures = [], 0
    for name, changes in CHANGES.items():
        zone = ZoneInfo(name)
        for change in changes:
            moment = datetime.fromisoformat(change).replace(tzinfo=UTC)
            expressions = EXPRESSIONS + [random_expression(choose) for _ in range(17)]
            for expression in expressions:
                start = moment - timedelta(seconds=choose.randint(-7200, 36 * 3600))
                # cronsim reads 7-7/2 as 7/2, which Debian's cron does not.
                if re.search(r"\b(\d+)-\1/", expression):
                    continue
                times = simulated(expression, start, zone)
                if not times:
                    continue
                oracle = "cronsim"
                minute, hour = expression.split()[:2]
                if minute.startswith("*") or hour.startswith("*"):
                    until = start + timedelta(days=60)
                    seen = shown(expression, start, until, zone)
                    if len(seen) == TIMES and seen != times:
                        times, oracle = seen, "clock"
                        departures += 1
                rows.append({
                    "expression": expression, "zone": name, "oracle": oracle,
                    "start": int(start.timestamp()), "times": [int(time.timestamp()) for time in times],
                })
    print("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]")
    print(f"{len(rows)} rows, {departures} after the clock", file=sys.stderr)


main()
