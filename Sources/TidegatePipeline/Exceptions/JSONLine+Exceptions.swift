package import InventoryCore
package import StateStore

extension JSONLine {
    /// Writes a group of exceptions as `exceptions --json` prints it.
    package mutating func append(_ listed: ListedException, owner: String, at now: Timestamp) {
        let group = listed.group
        open()
        field("id", group.number)
        field("code", group.code.rawValue)
        field("severity", group.code.severity.rawValue)
        fields(listed.subject)
        field("message", listed.message)
        field("count", group.count)
        let one = group.count == 1 ? listed.examples.first : nil
        field("near", one?.near?.name)
        field("owner", owner)
        field("first_step", group.code.firstStep)
        field("retry", group.code.entry.retry?.rawValue)
        field("opened", group.opened.description)
        field("times", group.times)
        field("seen", group.seen.description)
        field("closed", group.closed?.description)
        field("due", listed.due.description)
        field("overdue", listed.isOverdue(at: now))
        field("assignee", group.assignee)
        field("snoozed_until", group.snoozedUntil?.description)
        field("first_run", one?.stored.firstRun?.text)
        field("last_run", listed.examples.first?.stored.lastRun?.text)
        array("examples") { line in
            for example in listed.examples {
                line.object { line in
                    line.fields(example.subject)
                    line.field("near", example.near?.name)
                }
            }
        }
        close()
    }

    /// Writes one of a group as `exceptions show --json` prints it.
    package mutating func append(_ one: ExceptionCase) {
        let stored = one.stored
        open()
        fields(stored.exception.subject)
        field("message", stored.exception.message)
        field("near", one.near?.name)
        field("opened", stored.opened.description)
        field("seen", stored.seen.description)
        field("first_run", stored.firstRun?.text)
        field("last_run", stored.lastRun?.text)
        close()
    }

    /// Writes what a person has done about a group.
    package mutating func append(_ note: ExceptionNote) {
        open()
        field("kind", note.kind.rawValue)
        field("who", note.who)
        field("at", note.at.description)
        field("text", note.text)
        close()
    }
}
