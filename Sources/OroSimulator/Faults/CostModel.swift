/// What requests and records cost the shop, in milliseconds of one of its cores.
///
/// The defaults follow a 5.1.8 that was measured on two shared cores: 14 single PATCHes
/// a second one after the other, 25 two at a time, 26 eight at a time; batches of 85–110
/// records a second with one consumer, 209–246 with two; lists of 1,384 rows a second
/// with includes and links, 1,858 without links, 10,964 with nothing but quantities.
package struct CostModel: Sendable, Equatable {
    package var cores = 2
    /// PHP workers: requests beyond them wait in line.
    package var workers = 4
    /// A request of any kind, a single PATCH included.
    package var requestMilliseconds = 72.0
    /// Taking a batch in: it is only stored.
    package var batchRequestMilliseconds = 60.0
    /// A record of a batch, in a consumer.
    package var recordMilliseconds = 8.5
    /// A message of any kind, in a consumer.
    package var messageMilliseconds = 20.0
    /// A listed row that shows its quantity only.
    package var rowMilliseconds = 0.09
    /// What relationships and included entities add to a row.
    package var rowRelationsMilliseconds = 0.45
    /// What links add to a row.
    package var rowLinksMilliseconds = 0.18
    /// What everything costs more while all cores are busy.
    package var contention = 0.05

    package init() {}

    /// All costs times a factor: 0.1 is a shop ten times as fast.
    package func scaled(by factor: Double) -> CostModel {
        var model = self
        model.requestMilliseconds *= factor
        model.batchRequestMilliseconds *= factor
        model.recordMilliseconds *= factor
        model.messageMilliseconds *= factor
        model.rowMilliseconds *= factor
        model.rowRelationsMilliseconds *= factor
        model.rowLinksMilliseconds *= factor
        return model
    }
}

/// The shop's cores and PHP workers, as a timetable: no work is done, only its time is waited for.
actor Processors {
    /// Longer work gives way this often, so that a batch does not hold a core against requests.
    static let sliceMilliseconds = 40.0

    private(set) var model: CostModel
    private var freeAt: [ContinuousClock.Instant]
    private var workersFree: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(model: CostModel) {
        self.model = model
        freeAt = Array(repeating: .now, count: max(1, model.cores))
        workersFree = max(1, model.workers)
    }

    func change(_ model: CostModel) {
        self.model = model
    }

    /// Uses a core for `milliseconds`, shared with everybody else who wants one.
    nonisolated func work(milliseconds: Double) async throws {
        var left = milliseconds
        while left > 0 {
            let slice = min(left, Self.sliceMilliseconds)
            left -= slice
            try await Task.sleep(until: await book(milliseconds: slice), clock: .continuous)
        }
    }

    /// Waits for a PHP worker; each must be given back with `leave`.
    func enter() async {
        if workersFree > 0 {
            workersFree -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty {
            workersFree += 1
        } else {
            waiting.removeFirst().resume()
        }
    }

    private func book(milliseconds: Double) -> ContinuousClock.Instant {
        let now = ContinuousClock.now
        let isBusy = freeAt.filter { $0 > now }.count >= freeAt.count - 1
        let cost = isBusy && freeAt.count > 1 ? milliseconds * (1 + model.contention) : milliseconds
        var core = 0
        for index in freeAt.indices where freeAt[index] < freeAt[core] { core = index }
        freeAt[core] = max(now, freeAt[core]) + .seconds(cost / 1000)
        return freeAt[core]
    }
}
