package import InventoryCore
package import Logging
import StateStore
package import TidegatePipeline

extension Logger {
    /// Gives what logs the runs of a shop: one `info` line a run, however it ends.
    ///
    /// What stands in the line beside shop, source and run are the counts of the summary, or the code and
    /// the sentence of the fault.
    package func runEvents(of id: ShopID) -> RunEvents {
        { event in
            switch event {
            case .ended(let summary):
                let context = RunContext(shop: id, source: summary.source, run: summary.run)
                RunContext.$current.withValue(context) { info("run ended", metadata: summary.metadata) }
            case .failed(let run, let source, let fault):
                let context = RunContext(shop: id, source: source, run: run)
                RunContext.$current.withValue(context) {
                    info(
                        "run failed",
                        metadata: ["code": .string(fault.code.rawValue), "error": .string(fault.sentence)]
                    )
                }
            case .noticed(let notice): warning("\(notice.sentence)")
            case .began, .step, .progressed, .held, .committed, .pushed: break
            }
        }
    }
}

extension Logger {
    /// Warns of a fault that the service goes on in spite of, with what mends it.
    func tell(_ fault: Fault, of shop: ShopID, _ source: SourceID? = nil, saying beginning: String = "") {
        var metadata: Logger.Metadata = [
            "shop": .string(shop.text), "code": .string(fault.code.rawValue), "hint": .string(fault.hint),
        ]
        metadata["source"] = source.map { .string($0.text) }
        warning("\(beginning)\(fault.sentence)", metadata: metadata)
    }
}

extension RunSummary {
    /// What a log line says of a run.
    fileprivate var metadata: Logger.Metadata {
        [
            "state": .string(state.rawValue),
            "rows": .stringConvertible(counts.rows), "rejected": .stringConvertible(counts.rejected),
            "added": .stringConvertible(counts.deltas.added),
            "changed": .stringConvertible(counts.deltas.changed),
            "removed": .stringConvertible(counts.deltas.removed),
            "written": .stringConvertible(counts.written), "refused": .stringConvertible(counts.refused),
            "waiting": .stringConvertible(waiting), "requests": .stringConvertible(requests),
            "exceptions": .stringConvertible(exceptions),
            "seconds": .stringConvertible((seconds.values.reduce(0, +) * 1000).rounded() / 1000),
        ]
    }
}
