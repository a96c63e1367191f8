package import InventoryCore
package import StateStore

/// What a run tells of itself while it goes on: terminal, JSON and logs print these, each in its own way.
package enum RunEvent: Sendable {
    /// An intake run has begun; the delivery is named as the source names it.
    case began(run: RunID, source: SourceID)
    /// A step has begun.
    case step(RunStep)
    /// A step that people wait for has come so far; told often.
    case progressed(StepProgress)
    /// Guards tripped: what they hold waits for a person.
    case held([GuardTrip])
    /// The intake is durable, and its wishes are in the outbox.
    case committed(RunRecord)
    /// A run failed: nothing of a delivery was taken, or the shop takes no more.
    case failed(run: RunID?, source: SourceID?, Fault)
    /// Something about the shop that people can mend while the push goes on another way.
    case noticed(ShopNotice)
    /// The push has ended.
    case pushed(PushProgress, Backlog)
    /// A run is over.
    case ended(RunSummary)
}

/// A step of a run, in the order of the flow; the raw value is its name in summaries.
package enum RunStep: String, Sendable, CaseIterable {
    case read
    case index
    case plan
    case accept
    case push
    /// Of an audit, which is no run: the shop's levels are compared.
    case audit
}

/// Takes the events of a run, from any thread.
package typealias RunEvents = @Sendable (RunEvent) -> Void
