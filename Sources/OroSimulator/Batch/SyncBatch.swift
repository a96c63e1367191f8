extension Shop {
    /// Records that a synchronous batch may hold.
    static let syncRecordsMax = 100
    static let syncIncludedMax = 50
    /// How long the request waits for a consumer before it answers 202 after all.
    static let syncWait = Duration.seconds(25)

    /// `X-Mode: sync`: a consumer still does the work, but the request waits for it; all records or none.
    func syncBatch(_ call: ApiCall) async throws -> Answer {
        let type = call.resource.type
        let body = BatchBody.read(call.request.body, type: type)
        guard body.records.count <= Self.syncRecordsMax else {
            throw Self.tooMany("records", Self.syncRecordsMax)
        }
        guard body.included.count <= Self.syncIncludedMax else {
            throw Self.tooMany("included records", Self.syncIncludedMax)
        }
        let now = nowSeconds
        let content = call.request.body
        let id = with { $0.operations.add(type: type, body: content, atSeconds: now) }
        await queue.push([.sync(operation: id)], isUrgent: true)
        let deadline = ContinuousClock.now + Self.syncWait
        while ContinuousClock.now < deadline {
            if let operation = with({ $0.operations[id] }), operation.isFinal {
                return syncAnswer(call, operation, body)
            }
            // The shop itself polls its database here.
            try await Task.sleep(for: .milliseconds(1))
        }
        guard let operation = with({ $0.operations[id] }) else { throw ApiError.notFound }
        return accepted(call, operation)
    }

    private func syncAnswer(_ call: ApiCall, _ operation: Operation, _ body: BatchBody) -> Answer {
        with { $0.operations.remove(operation.id) }
        if !operation.faults.isEmpty { return .errors(operation.faults.map(\.error)) }
        let view = call.view(call.query)
        let ids = body.records.compactMap(\.sentId)
        let bytes = with { state in
            var writer = EntityWriter(view: view)
            writer.text.raw("{\"data\":[")
            for (index, id) in ids.enumerated() {
                if index > 0 { writer.text.raw(",") }
                if call.resource.type == "inventorylevels", let level = Int(id), state.levels.exists(level) {
                    state.write(level: level, to: &writer, meta: "{\"dataId\":\"\(id)\"}")
                } else {
                    _ = state.write(Reference(call.resource.type, id), to: &writer)
                }
            }
            writer.text.raw("]}")
            return writer.text.bytes
        }
        return Answer(status: 200, body: bytes)
    }

    private static func tooMany(_ what: String, _ most: Int) -> ApiError {
        ApiError(
            status: 400,
            title: "request data constraint",
            detail: "The data limit for the synchronous operation exceeded."
                + " The maximum number of \(what) that can be processed by the synchronous operation"
                + " is \(most)."
        )
    }
}

extension ShopState {
    /// Runs a synchronous operation: nothing is written when any record is bad.
    mutating func runAll(operation id: Int, _ records: [BatchRecord], nowSeconds: Int64) {
        guard var operation = operations[id] else { return }
        operations[id] = nil
        defer { operations[id] = operation }
        operation.readCount = records.count
        var effects: [RecordEffect] = []
        for (index, record) in records.enumerated() {
            switch effect(of: record, in: operation) {
            case .success(let effect): effects.append(effect)
            case .failure(let faults):
                for fault in faults.list { operation.fail(fault.below("/data/\(index)"), chunk: 1) }
            }
        }
        // A record that throws spoils the whole request, and nobody says which one it was.
        if let broken = operation.faults.first(where: { $0.error.status >= 500 }) {
            operation.faults = []
            operation.fail(ApiError(status: broken.error.status, title: broken.error.title), chunk: 1)
        }
        if operation.faults.isEmpty {
            for effect in effects { apply(effect, to: &operation, nowSeconds: nowSeconds, route: .sync) }
        }
        operation.jobs = 1
        operation.jobsDone = 1
        operation.status = .success
        operation.updatedAtSeconds = nowSeconds
    }
}
