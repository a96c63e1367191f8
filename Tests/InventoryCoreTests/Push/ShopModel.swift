@testable import InventoryCore

/// A shop in virtual time: PHP workers, message queue consumers, and everything that can go wrong in between.
///
/// The figures are those of the measured shop: some 75 ms of a worker for a request, chunks of 100 records,
/// 85 to 125 records a second for each consumer. A request delays the consumers once all cores are used.
struct ShopModel {
    static let chunkRecords = 100
    static let requestSeconds = 0.071
    static let readSeconds = 0.05

    struct Effect: Hashable {
        let at: Double
        let level: LevelID
        let quantity: Quantity
    }

    enum Event {
        /// A request leaves its worker: what it did, and what the client is told.
        case served(PushAction, FaultPlan.Fault?)
        case answered(PushEvent)
        case effects([LevelWrite])
        case queued(chunk: Chunk)
        case consumer(Int)
    }

    struct Chunk {
        let operation: Int
        let offset: Int
        let writes: [LevelWrite]
        let fails: Bool
        var isRetry = false
    }

    struct Operation {
        var answers: [RecordAnswer]
        var chunksLeft: Int
        let chunks: Int
        var isGone = false
    }

    struct Consumer {
        var recordsPerSecond: Double
        var chunk: Chunk?
        var endsAt = 0.0
    }

    var now = 0.0
    var stock: [LevelID: Quantity]
    var ledger: [Effect] = []
    var answersWaiting: [PushEvent] = []
    /// Values that were sent and have not taken effect yet, for each level.
    var pending: [LevelID: [Quantity]] = [:]
    var operations: [Operation] = []
    /// Requests served, with those that failed.
    var requests = 0

    var faults: FaultPlan
    var poison: Set<LevelID> = []
    /// Any request that contains one of these ends in a 502.
    var killers: Set<LevelID> = []
    var supportsBatch = true
    var supportsSynchronous = false
    var bodyRecordsMax = 5000
    var cores = 2
    var latencyFactor = 1.0
    /// Cost of the shop's work; nothing means that everything is answered at once.
    var isFree = false

    var random: SeededRandom
    var events: [(at: Double, number: Int, event: Event)] = []
    var eventNumber = 0
    var workers: [Double]
    var consumers: [Consumer]
    var queue: [Chunk] = []
    var queueHead = 0

    init(stock: [LevelID: Quantity], consumers: Int = 2, rate: Double = 115, faults: FaultPlan, seed: UInt64)
    {
        self.stock = stock
        self.faults = faults
        random = SeededRandom(seed: seed)
        workers = [0, 0]
        self.consumers = (0..<consumers).map { _ in Consumer(recordsPerSecond: rate) }
    }

    // MARK: Time

    var nextEventAt: Double? { events.first?.at }

    /// Moves to a moment, and stops earlier when an answer has arrived.
    mutating func advance(to limit: Double) {
        while answersWaiting.isEmpty, let first = events.first, first.at <= limit {
            let event = popEvent()
            now = max(now, first.at)
            happen(event)
        }
        if answersWaiting.isEmpty { now = max(now, limit) }
    }

    mutating func takeAnswers() -> [PushEvent] {
        defer { answersWaiting.removeAll() }
        return answersWaiting
    }

    /// The client is gone; what it sent takes effect without it.
    mutating func dropAnswers() {
        answersWaiting.removeAll()
        events.removeAll { if case .answered = $0.event { true } else { false } }
        events = events.map { entry in
            guard case .served(let action, _) = entry.event else { return entry }
            return (entry.at, entry.number, .served(action, .answerDropped))
        }
    }

    mutating func setConsumers(_ count: Int, rate: Double) {
        while consumers.count < count { consumers.append(Consumer(recordsPerSecond: rate)) }
        while consumers.count > count, let last = consumers.popLast() {
            if let chunk = last.chunk { queue.append(chunk) }
        }
        for index in consumers.indices { consumers[index].recordsPerSecond = rate }
        wakeConsumers()
    }

    mutating func remove(_ level: LevelID) {
        stock[level] = nil
    }

    mutating func insert(_ level: LevelID, quantity: Quantity) {
        stock[level] = quantity
    }

    // MARK: Requests

    mutating func start(_ action: PushAction) {
        requests += 1
        for write in action.writes { pending[write.level, default: []].append(write.quantity) }
        var fault = faults.draw(for: action, at: now, random: &random)
        if action.writes.contains(where: { killers.contains($0.level) }) { fault = .badGateway }
        var seconds = isReading(action) ? ShopModel.readSeconds : ShopModel.requestSeconds
        seconds *= latencyFactor * Double.random(in: 0.9...1.1, using: &random)
        if case .submit(_, let wishes, _) = action { seconds += Double(wishes.count) * 0.00003 }
        if isFree { seconds = 0.0005 }
        if fault?.isImmediate == true { seconds = 0.01 }
        let worker = workers.indices.min { workers[$0] < workers[$1] } ?? 0
        let begin = max(now, workers[worker])
        workers[worker] = begin + seconds
        if !isFree, fault?.isImmediate != true { delayConsumers(seconds: seconds * 0.7) }
        schedule(begin + seconds, .served(action, fault))
    }

    private func isReading(_ action: PushAction) -> Bool {
        switch action {
        case .write, .submit: false
        case .poll, .readBack, .probe: true
        }
    }

    private mutating func delayConsumers(seconds: Double) {
        guard consumers.count >= cores, !consumers.isEmpty else { return }
        let index = Int.random(in: 0..<consumers.count, using: &random)
        if consumers[index].chunk != nil { consumers[index].endsAt += seconds }
    }

    private mutating func happen(_ event: Event) {
        switch event {
        case .answered(let answer): answersWaiting.append(answer)
        case .effects(let writes): take(writes)
        case .queued(let chunk):
            queue.append(chunk)
            wakeConsumers()
        case .consumer(let index): consumed(index)
        case .served(let action, let fault): serve(action, fault: fault)
        }
    }

    private mutating func serve(_ action: PushAction, fault: FaultPlan.Fault?) {
        let event: PushEvent?
        switch action {
        case .write(let ticket, let wish): event = .written(ticket, write(wish.write, fault: fault))
        case .submit(let ticket, let wishes, let isSynchronous):
            if isSynchronous && supportsSynchronous && fault == nil {
                let records = synchronous(wishes.map(\.write))
                schedule(now + Double(wishes.count) / 150 + 0.3, .answered(.submitted(ticket, records)))
                return
            }
            event = .submitted(ticket, submit(wishes.map(\.write), fault: fault))
        case .poll(let ticket, let id, _): event = .polled(ticket, poll(id, fault: fault))
        case .readBack(let ticket, let levels):
            if let trouble = fault?.trouble {
                event = .readBack(ticket, .trouble(trouble))
            } else {
                var shown: [LevelID: Quantity] = [:]
                for level in levels { shown[level] = stock[level] }
                event = .readBack(ticket, .levels(shown))
            }
        case .probe(let ticket): event = .probed(ticket, fault?.trouble)
        }
        guard let event, fault != .answerDropped else { return }
        let travel = isFree ? 0.0001 : 0.002
        schedule(now + travel + (fault?.timeoutSeconds ?? 0), .answered(event))
    }

    private mutating func write(_ write: LevelWrite, fault: FaultPlan.Fault?) -> WriteAnswer {
        if let trouble = fault?.trouble {
            forget([write])
            return .trouble(trouble)
        }
        switch fault {
        case .cutBefore, .badGateway:
            forget([write])
            return .record(.lost("cut"))
        case .late(let seconds):
            schedule(now + seconds, .effects([write]))
            return .record(.lost("timeout"))
        default: break
        }
        guard stock[write.level] != nil else {
            forget([write])
            return .record(.refused(.levelGone, detail: "404"))
        }
        guard !poison.contains(write.level) else {
            forget([write])
            return .record(.refused(.invalidValue, detail: "400"))
        }
        take([write])
        return .record(fault == .cutAfter ? .lost("cut") : .applied)
    }

    private mutating func synchronous(_ writes: [LevelWrite]) -> SubmitAnswer {
        let isBad = writes.contains { poison.contains($0.level) || stock[$0.level] == nil }
        guard isBad else {
            take(writes)
            return .records(writes.map { _ in .applied })
        }
        forget(writes)
        return .records(
            writes.map { write in
                if stock[write.level] == nil { return .refused(.levelGone, detail: "404") }
                return poison.contains(write.level)
                    ? .refused(.invalidValue, detail: "400") : .notApplied
            }
        )
    }

    private mutating func submit(_ writes: [LevelWrite], fault: FaultPlan.Fault?) -> SubmitAnswer {
        if let trouble = fault?.trouble {
            forget(writes)
            return .trouble(trouble)
        }
        guard supportsBatch else {
            forget(writes)
            return .unsupported
        }
        guard writes.count <= bodyRecordsMax else {
            forget(writes)
            return .tooLarge()
        }
        if fault == .cutBefore || fault == .badGateway {
            forget(writes)
            return .unknown("cut")
        }
        var delay = isFree ? 0 : 0.25
        if case .late(let seconds) = fault { delay += seconds }
        let id = enqueue(
            writes,
            delay: delay,
            fails: fault == .chunkFails,
            isGone: fault == .operationVanishes
        )
        switch fault {
        case .cutAfter, .late: return .unknown("cut")
        default: return .accepted(id)
        }
    }

    private mutating func poll(_ id: OperationID, fault: FaultPlan.Fault?) -> OperationAnswer {
        if let trouble = fault?.trouble { return .trouble(trouble) }
        guard let index = Int(id.text), operations.indices.contains(index), !operations[index].isGone else {
            return .gone
        }
        let operation = operations[index]
        guard operation.chunksLeft > 0 else { return .finished(operation.answers) }
        return .pending(progress: 1 - Double(operation.chunksLeft) / Double(max(1, operation.chunks)))
    }
}

extension PushAction {
    var wishes: [Wish] {
        switch self {
        case .write(_, let wish): [wish]
        case .submit(_, let wishes, _): wishes
        case .poll, .readBack, .probe: []
        }
    }

    var writes: [LevelWrite] { wishes.map(\.write) }

    func increases(_ level: LevelID) -> Bool {
        wishes.contains { $0.level == level && $0.wave == .increase }
    }
}
