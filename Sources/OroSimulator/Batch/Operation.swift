/// An asynchronous operation: what the API shows of it, and what is still to be done.
struct Operation: Sendable {
    enum Status: String, Sendable {
        case new
        case running
        case success
        case failed
    }

    struct Fault: Sendable {
        let chunk: Int
        let error: ApiError
    }

    let id: Int
    let type: String
    let createdAtSeconds: Int64
    var updatedAtSeconds: Int64
    var status = Status.new
    /// Whose rights count: 0 is the client that the options name.
    let client: Int
    /// The body until it is split, then nothing.
    var body: [UInt8]
    /// Entities sent beside the records; rarely of use for levels.
    var included: [JsonObject] = []
    /// The splitting itself counts as a job; re-queued records add more.
    var jobs = 0
    var jobsDone = 0
    var readCount = 0
    var writeCount = 0
    var createCount = 0
    var updateCount = 0
    var faults: [Fault] = []
    var hasFailedChunk = false
    /// Time that consumers spent on it, beside the splitting.
    var aggregateNanoseconds: Int64 = 0

    /// A fraction with four digits, as the shop rounds it; nil while nobody knows.
    var progress: Double? {
        switch status {
        case .success: 1
        case .new: nil
        case .failed: jobs == 0 ? nil : 1
        case .running: jobs == 0 ? nil : (Double(jobsDone) / Double(jobs) * 10_000).rounded() / 10_000
        }
    }

    var isFinal: Bool { status == .success || status == .failed }

    /// What precedes the reader's own words.
    static let parseFault = "Failed to parse the data file. "

    /// Ends it before any record was looked at.
    mutating func refuse(_ detail: String) {
        status = .failed
        body = []
        fail(ApiError(status: 400, title: "async operation exception", detail: detail), chunk: 0)
    }

    mutating func fail(_ error: ApiError, chunk: Int) {
        faults.append(Fault(chunk: chunk, error: error))
    }
}

/// All operations the shop still knows.
struct OperationTable {
    private(set) var byId: [Int: Operation] = [:]
    private(set) var lastId = 0

    mutating func add(type: String, body: [UInt8], client: Int, atSeconds: Int64) -> Int {
        lastId += 1
        byId[lastId] = Operation(
            id: lastId,
            type: type,
            createdAtSeconds: atSeconds,
            updatedAtSeconds: atSeconds,
            client: client,
            body: body
        )
        return lastId
    }

    subscript(id: Int) -> Operation? {
        _read { yield byId[id] }
        _modify { yield &byId[id] }
    }

    /// Forgets an operation, as the shop's clean-up does after 30 days.
    mutating func remove(_ id: Int) {
        byId[id] = nil
    }

    mutating func removeAll() {
        byId = [:]
    }
}

extension EntityWriter {
    mutating func write(_ operation: Operation) {
        begin(Reference("asyncoperations", operation.id), relationLinks: false)
        attribute("status", operation.status.rawValue)
        let progress = operation.progress.map { $0 == $0.rounded() ? String(Int($0)) : String($0) }
        attribute("progress", progress.map { .number($0) } ?? .null)
        attribute("createdAt", Timestamp.text(operation.createdAtSeconds))
        attribute("updatedAt", Timestamp.text(operation.updatedAtSeconds))
        // The column is only filled by a callback that bulk updates pass by: it is always 0.
        attribute("elapsedTime", .number("0"))
        attribute("entityType", operation.type)
        attribute("summary", operation.isFinal ? Self.summary(operation) : .null)
        toSeen("owner", Reference("users", "1"))
        toSeen("organization", Reference("organizations", "1"))
        end()
    }

    private static func summary(_ operation: Operation) -> JsonValue {
        let counts = [
            ("aggregateTime", Int(operation.aggregateNanoseconds / 1_000_000)),
            ("readCount", operation.readCount),
            ("writeCount", operation.writeCount), ("errorCount", operation.faults.count),
            ("createCount", operation.createCount), ("updateCount", operation.updateCount),
        ]
        return .object(JsonObject(members: counts.map { .init(name: $0.0, value: .number(String($0.1))) }))
    }
}
