package import InventoryCore
package import StateStore
import TidegateSettings

extension JSONLine {
    /// Writes a source as `sources --json` prints it.
    package mutating func append(_ source: ListedSource) {
        open()
        field("source", source.id.text)
        field("configured", source.settings != nil)
        field("kind", source.settings?.kind.rawValue)
        field("path", source.settings?.path)
        field("scope", source.settings?.scope.rawValue)
        field("positions", source.positions)
        field("newest", source.newest?.name)
        field("taken", source.newest?.at.description)
        field("as_of", source.freshness?.stated?.description)
        field("age_seconds", source.freshness?.ageSeconds)
        field("fresh_for_seconds", source.freshness?.limitSeconds.map { Int($0) })
        field("silent", source.freshness?.isSilent ?? false)
        field("waiting_hints", source.hints.count)
        object("mark") { line in
            line.field("sequence", source.mark?.sequence.map { Int($0) })
            line.field("as_of", source.mark?.asOf?.description)
            line.field("newest_row", source.mark?.newestRow?.description)
            line.field("digest", source.mark?.digest)
        }
        object("deliveries") { line in
            line.field("taken", source.counts[.taken, default: 0])
            line.field("superseded", source.counts[.superseded, default: 0])
            line.field("rejected", source.counts[.rejected, default: 0])
            line.field("stale", source.counts[.stale, default: 0])
            line.field("repeated", source.counts[.repeated, default: 0])
            line.field("unreadable", source.counts[.unreadable, default: 0])
        }
        if let reset = source.reset {
            object("reset") { line in
                line.field("at", reset.at.description)
                line.field("who", reset.who)
                line.field("reason", reset.reason)
                line.field("to_run", reset.toRun?.text)
            }
        }
        close()
    }

    /// Writes a delivery as `sources deliveries --json` prints it.
    package mutating func append(_ delivery: DeliveryRecord) {
        open()
        field("source", delivery.source.text)
        field("name", delivery.name)
        field("path", delivery.path)
        field("size", delivery.sizeBytes.map { Int($0) })
        field("modified", delivery.modified?.description)
        field("digest", delivery.digest)
        field("scope", delivery.scope?.rawValue)
        field("as_of", delivery.asOf?.description)
        field("sequence", delivery.sequence.map { Int($0) })
        field("rows", delivery.rows)
        field("outcome", delivery.outcome.rawValue)
        field("code", delivery.code)
        field("tries", delivery.tries)
        field("run", delivery.run?.text)
        field("at", delivery.at.description)
        close()
    }
}

extension JSONLine {
    /// Writes how things stand as `status --json` prints it.
    ///
    /// Without ages it is the same as long as nothing happens.
    package mutating func append(_ standing: Standing, withAges: Bool = true) {
        open()
        field("run", standing.last?.id.text)
        field("state", standing.last?.state.word)
        field("positions", standing.positions)
        field("waiting", standing.waiting)
        field("claimed", standing.backlog.claimed)
        field("parked", standing.backlog.parked)
        field("exceptions", standing.exceptions)
        field("exception_cases", standing.exceptionCases)
        field("as_of", standing.last?.asOf?.description)
        if withAges { field("lag_seconds", standing.lagSeconds.map { Quantity(units: Int64($0)) }) }
        if let orders = standing.orders {
            object("orders") { line in
                line.field("open", orders.orders)
                line.field("lines", orders.lines)
                line.field("oldest", orders.oldest?.description)
                line.field("unacknowledged", orders.unacknowledged)
                line.field("oldest_unacknowledged", orders.oldestUnacknowledged?.description)
            }
        }
        array("silent") { line in
            for source in standing.silent {
                line.object { line in
                    line.field("source", source.source.text)
                    if withAges { line.field("age_seconds", source.ageSeconds) }
                }
            }
        }
        close()
    }
}
