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
        guard body.included.count <= Self.syncIncludedMax else {
            throw ApiError(
                status: 400,
                title: "request data constraint",
                detail: "The data limit for the synchronous operation exceeded. The maximum number of"
                    + " included records that can be processed by the synchronous operation"
                    + " is \(Self.syncIncludedMax)."
            )
        }
        let now = nowSeconds
        let content = call.request.body
        let client = call.client
        let id = with { $0.operations.add(type: type, body: content, client: client, atSeconds: now) }
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
        // What could not be taken in at all stays an operation, as if it had been an asynchronous one.
        if operation.status == .failed { return accepted(call, operation) }
        with { $0.operations.remove(operation.id) }
        if !operation.faults.isEmpty {
            let answer = Answer.errors(operation.faults.map(\.error))
            return answer.status == 405 ? .methods(call.resource.methods, status: 405) : answer
        }
        if body.records.isEmpty { return Answer(status: 200, body: Array("[]".utf8)) }
        let view = call.view(call.query)
        let type = call.resource.type
        var seen: Set<String> = []
        // An id that was sent twice is shown once.
        let ids = body.records.compactMap(\.sentId).filter { seen.insert($0).inserted }
        let bytes = with { state in
            var writer = EntityWriter(view: view)
            writer.text.raw("{\"data\":[")
            for (index, id) in ids.enumerated() {
                if index > 0 { writer.text.raw(",") }
                _ = state.write(Reference(type, id), to: &writer, meta: "{\"dataId\":\"\(id)\"}")
            }
            writer.text.raw("]")
            if view.hasLinks { writer.text.raw(",\"links\":{\"self\":\"" + view.base + type + "\"}") }
            writer.text.raw("}")
            return writer.text.bytes
        }
        return Answer(status: 200, body: bytes)
    }
}

extension ShopState {
    /// Runs a synchronous operation: nothing is written when any record is bad.
    mutating func runAll(operation id: Int, _ body: BatchBody, nowSeconds: Int64) {
        guard var operation = operations[id] else { return }
        operations[id] = nil
        defer { operations[id] = operation }
        operation.updatedAtSeconds = nowSeconds
        let isTooLong = body.records.count > Shop.syncRecordsMax
        let limit = "The limit for the maximum number of chunks exceeded."
        if let fault = isTooLong ? limit : body.fault.map({ Operation.parseFault + $0 }) {
            operation.refuse(fault)
            return
        }
        operation.readCount = body.records.count
        var effects: [RecordEffect] = []
        for (index, record) in body.records.enumerated() {
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
    }
}
