#!/usr/bin/env python3
"""Writes the manual page tidegate(1) from what the program says of itself.

    tidegate --experimental-dump-help | manual.py VERSION > tidegate.1
"""

import json
import sys


def roff(text):
    """Escapes a text of the program for roff."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in text.splitlines())


def names(argument):
    """The spelling of an argument, such as -v, --verbose FILE."""
    value = argument.get("valueName", "value").upper()
    if argument["kind"] == "positional":
        return value + ("..." if argument.get("isRepeating") else "")
    prefixes = {"long": "--", "short": "-", "longWithSingleDash": "-"}
    spelled = ", ".join(prefixes[name["kind"]] + name["name"] for name in argument["names"])
    return spelled + (" " + value if argument["kind"] == "option" else "")


def describe(argument):
    """What an argument means, and what holds without it."""
    parts = [argument.get("abstract", ""), argument.get("discussion", "")]
    # Some texts say it in their own words.
    if argument.get("defaultValue") and "default" not in " ".join(parts):
        parts.append("Default: %s." % argument["defaultValue"])
    return " ".join(part for part in parts if part) or "No description."


def shown(items):
    return [item for item in items if item.get("shouldDisplay", True)]


def commands(command, path):
    """Prints a command and those below it."""
    for sub in shown(command.get("subcommands", [])):
        name = path + [sub["commandName"]]
        if sub["commandName"] == "help":
            continue
        print(".SS " + roff(" ".join(name)))
        print(roff(sub.get("abstract", "")))
        if sub.get("discussion"):
            print(".PP\n" + roff(sub["discussion"]))
        for argument in shown(sub.get("arguments", [])):
            if any(name["name"] in ("help", "version") for name in argument.get("names", [])):
                continue
            print(".TP\n.B " + roff(names(argument)).replace("\n", " "))
            print(roff(describe(argument)))
        commands(sub, name)


def main():
    tool = json.load(sys.stdin)["command"]
    print('.TH TIDEGATE 1 "" "Tidegate %s" "User commands"' % roff(sys.argv[1]))
    print(".SH NAME\ntidegate \\- keeps an OroCommerce storefront's stock true to the ERP")
    print(".SH SYNOPSIS\n.B tidegate\n.I command\n[options]")
    print(".SH DESCRIPTION\n" + roff(tool["abstract"]))
    print(".SH COMMANDS")
    commands(tool, [])
    print(".SH FILES")
    for path, text in (
        ("/etc/tidegate/tidegate.yaml", "The configuration that the service reads."),
        ("/usr/share/doc/tidegate/reference.yaml", "Every key of the configuration, explained."),
        ("/var/lib/tidegate", "The state: what the shop shows, what waits, what was decided."),
    ):
        print(".TP\n.I %s\n%s" % (roff(path), roff(text)))
    print(".SH EXIT STATUS")
    print("0 when all is done; else as sysexits.h has it, such as 64 (misused), 65 (bad delivery), "
          "75 (try again later), 77 (a right is missing), 78 (the configuration is wrong).")


main()
