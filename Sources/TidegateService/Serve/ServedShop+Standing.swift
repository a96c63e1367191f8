import Foundation
import InventoryCore
import StateStore
import TidegatePipeline
import TidegateSettings

/// What probes, metrics and the HTTP interface see of a shop that is served.
extension ServedShop: ShopService {
    package func servedSources() async throws -> [ServedSource] {
        let current = await turns.current
        return try await agenda().map { agenda in
            var source = ServedSource(agenda.source)
            source.nextRun = agenda.next
            source.pause = agenda.memory.pause
            source.failuresInARow = agenda.memory.failuresInRow
            source.isRunning = current == "run of \(agenda.source)"
            return source
        }
    }

    package func pushPause() async -> ScheduleMemory.Pause? { push.paused }

    /// Why the state cannot be written; nothing where it can.
    ///
    /// The database that is open can be written in a folder in which nothing new can be made: uploads, files
    /// of the archive, the next start.
    func stateFault() async -> String? {
        await trial.fault { [self] in
            do {
                let shop = shop
                let uploads = shop.sources.map(\.settings).filter { $0.kind == .upload }.map(\.path)
                try await offPool {
                    try shop.state.folder.tryWriting()
                    for folder in uploads {
                        try UploadFolder.prepare(folder)
                        try StateFolder.tryWriting(in: folder)
                    }
                }
                try await shop.state.remember("\(Timestamp.now)", as: "probe")
                return nil
            } catch {
                return Fault(error).sentence
            }
        }
    }

    /// What is a state and no count, read when somebody looks.
    var collector: MetricsPage.Collector {
        StandingCollector(
            id,
            figures: { try await ShopFigures(self.shop) },
            numbers: { await self.numbers() }
        ).collector
    }

    private func numbers() async -> ServiceNumbers {
        var numbers = ServiceNumbers()
        numbers.isPushPaused = push.isPaused
        if let pace = changes.pace {
            (numbers.isCircuitOpen, numbers.batchRecords) = (!pace.isCircuitClosed, pace.batchRecords)
        }
        numbers.drift = try? await shop.state.lastAudit()?.drift
        numbers.heartbeatAgeSeconds = heartbeat.duration(to: .now) / .seconds(1)
        for source in shop.sources {
            if source.settings.events != nil {
                numbers.inboxEvents[source.id] = inbox.waitingCount(of: source.id)
            }
            guard shop.settings.schedule(of: source.settings) != nil else { continue }
            let memory = try? await shop.state.scheduleMemory(of: source.id)
            numbers.isPaused[source.id] = memory?.pause != nil
        }
        return numbers
    }
}
