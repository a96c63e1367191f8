import Hummingbird
import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// How a shop stands, in all.
struct StandingRoutes: Sendable {
    let desk: ServiceDesk

    var routes: [Route] {
        [
            Route(.get, "/v1/shops/{shop}", .read) { call in
                Answer.json(try await StandingRoutes.document(of: try desk.shop(call), at: call.now))
            }
        ]
    }

    private static let runsShown = 10
    private static let heldShown = 100

    /// The standing with sources, the push, what is held, exceptions by owner and the last runs.
    static func document(of service: any ShopService, at now: Timestamp) async throws -> [UInt8] {
        let shop = service.shop
        let standing = try await Standing(shop, at: now)
        let fresh = try await shop.freshness(at: now)
        let agenda = try await service.servedSources()
        let pause = await service.pushPause()
        let runs = try await shop.state.runs(RunFilter(), limit: runsShown)
        let held = try await shop.state.runs(RunFilter(state: .held), limit: heldShown)
        let counts = try await shop.state.openExceptionCounts()
        let sources = shop.settings.sources.map { source in
            JSONPieces.line { line in
                line.object { line in
                    let freshness = fresh.first { $0.source == source.id }
                    line.field("source", source.id.text)
                    line.field("as_of", freshness?.stated?.description)
                    line.field("age_seconds", freshness?.ageSeconds)
                    line.field("silent", freshness?.isSilent ?? false)
                    line.fields(agenda.first { $0.source == source.id })
                }
            }
        }
        var owners: [InventoryException.Owner: Int] = [:]
        for (code, count) in counts { owners[code.owner, default: 0] += count }
        let push = JSONPieces.line { line in
            line.object { line in
                line.field("paused", pause != nil)
                line.fields(pause)
            }
        }
        return JSONPieces.object(
            JSONPieces.line { $0.append(standing) },
            and: [
                ("shop", JSONPieces.string(service.id.text)),
                ("sources", JSONPieces.array(sources)),
                ("push", push),
                ("held", JSONPieces.array(held.map { run in JSONPieces.line { $0.append(run) } })),
                (
                    "exceptions_by_owner",
                    JSONPieces.object(
                        owners.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                            ($0.key.rawValue, JSONPieces.number($0.value))
                        }
                    )
                ),
                ("runs", JSONPieces.array(runs.map { run in JSONPieces.line { $0.append(run) } })),
            ]
        )
    }
}

extension JSONLine {
    /// Writes what a source does next.
    mutating func fields(_ agenda: ServedSource?) {
        field("next_run", agenda?.nextRun?.description)
        field("running", agenda?.isRunning ?? false)
        field("failures_in_a_row", agenda?.failuresInARow ?? 0)
        field("paused", agenda?.pause != nil)
        fields(agenda?.pause)
    }

    /// Writes why something is paused.
    mutating func fields(_ pause: ScheduleMemory.Pause?) {
        field("paused_since", pause?.since.description)
        field("paused_by", pause?.who)
        field("pause_reason", pause?.reason)
    }
}
