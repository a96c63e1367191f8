extension ShopState {
    /// Takes an operation's body and cuts it into chunks; gives the messages to queue.
    mutating func split(operation id: Int, _ body: BatchBody, chunkSize: Int, nowSeconds: Int64) -> [Work] {
        guard var operation = operations[id] else { return [] }
        defer { operations[id] = operation }
        operation.body = []
        operation.updatedAtSeconds = nowSeconds
        if let fault = body.fault {
            operation.refuse(Operation.parseFault + fault)
            return []
        }
        operation.included = body.included
        let count = (body.records.count + chunkSize - 1) / chunkSize
        operation.jobs = count + 1
        operation.jobsDone = 1
        if count == 0 { finish(&operation, nowSeconds: nowSeconds) }
        return (0..<count).map { chunk in
            let first = chunk * chunkSize
            let records = Array(body.records[first..<min(first + chunkSize, body.records.count)])
            return .chunk(operation: id, number: chunk + 1, first: first, records: records, isRetry: false)
        }
    }

    /// Runs one chunk as one transaction; gives the good runs to queue again when some records are bad.
    mutating func run(
        operation id: Int,
        chunk number: Int,
        first: Int,
        _ records: [BatchRecord],
        isRetry: Bool,
        nowSeconds: Int64
    ) -> [Work] {
        guard var operation = operations[id] else { return [] }
        operations[id] = nil
        defer { operations[id] = operation }
        operation.updatedAtSeconds = nowSeconds
        operation.jobsDone += 1
        let isBroken = records.contains { if case .broken = $0 { true } else { false } }
        var again: [Work] = []
        if isBroken {
            operation.hasFailedChunk = true
            operation.fail(.broken, chunk: number)
        } else {
            if !isRetry { operation.readCount += records.count }
            let effects = effects(of: records, first: first, chunk: number, in: &operation)
            if effects.contains(where: { $0 == nil }) {
                again = Self.goodRuns(records, effects, operation: id, chunk: number, first: first)
                operation.jobs += again.count
            } else {
                for effect in effects {
                    if let effect { apply(effect, to: &operation, nowSeconds: nowSeconds) }
                }
            }
        }
        if operation.jobsDone == operation.jobs { finish(&operation, nowSeconds: nowSeconds) }
        return again
    }

    /// What each record would do; nil for the bad ones, whose errors are kept.
    private func effects(
        of records: [BatchRecord],
        first: Int,
        chunk: Int,
        in operation: inout Operation
    ) -> [RecordEffect?] {
        records.enumerated().map { offset, record in
            switch effect(of: record, in: operation) {
            case .success(let effect): return effect
            case .failure(let faults):
                for fault in faults.list {
                    operation.fail(fault.below("/data/\(first + offset)"), chunk: chunk)
                }
                return nil
            }
        }
    }

    func effect(of record: BatchRecord, in operation: Operation) -> Result<RecordEffect, RecordFaults> {
        let permissions = permissions(ofClient: operation.client)
        switch record {
        case .level(let id, let quantity):
            if let fault = LevelRecordRules.access(toLevel: Int(id), permissions, in: self) {
                return .failure([fault.below("")])
            }
            if consumersUseDecimalComma, !quantity.isWhole {
                return .failure([ApiError.notLocal.below("/attributes/quantity")])
            }
            return .success(.setLevel(LevelRecord(level: Int(id), quantity: quantity)))
        case .other(let object) where operation.type == "inventorylevels":
            return LevelRecordRules.read(object, permissions, in: self).map { .setLevel($0) }
        case .other(let object) where operation.type == "orders":
            return orderEffect(of: object, operation.included, permissions)
        case .other(let object):
            return ProductRecordRules.read(object, operation.included, permissions, in: self)
        case .broken: return .failure([.broken])
        }
    }

    mutating func apply(
        _ effect: RecordEffect,
        to operation: inout Operation,
        nowSeconds: Int64,
        route: WriteRoute = .batch
    ) {
        operation.writeCount += 1
        switch effect {
        case .setLevel(let record):
            operation.updateCount += 1
            if let quantity = record.quantity {
                write(level: record.level, quantity: quantity, route: route)
            }
        case .updateProduct(let id, let change):
            operation.updateCount += 1
            apply(change, toProduct: id, nowSeconds: nowSeconds)
        case .updateOrder(let id, let change):
            operation.updateCount += 1
            apply(change, toOrder: id, nowSeconds: nowSeconds)
        case .createProduct(let draft):
            operation.createCount += 1
            create(draft, nowSeconds: nowSeconds)
        }
    }

    private static func goodRuns(
        _ records: [BatchRecord],
        _ effects: [RecordEffect?],
        operation: Int,
        chunk: Int,
        first: Int
    ) -> [Work] {
        var runs: [Work] = []
        var start = 0
        for index in 0...records.count where index == records.count || effects[index] == nil {
            if index > start {
                let run = Array(records[start..<index])
                runs.append(
                    .chunk(
                        operation: operation,
                        number: chunk,
                        first: first + start,
                        records: run,
                        isRetry: true
                    )
                )
            }
            start = index + 1
        }
        return runs
    }

    private func finish(_ operation: inout Operation, nowSeconds: Int64) {
        operation.status = operation.hasFailedChunk ? .failed : .success
        operation.updatedAtSeconds = nowSeconds
        guard operation.type == "inventorylevels" else { return }
        for index in operation.included.indices {
            operation.fail(
                .requestData(
                    "The entity should have a relationship with at least one primary entity"
                        + " and this should be explicitly specified in the request",
                    at: "/included/\(index)"
                ),
                chunk: 0
            )
        }
    }
}

/// What one good record of a batch does.
enum RecordEffect: Sendable {
    case setLevel(LevelRecord)
    case updateProduct(id: Int, ProductChange)
    case createProduct(ProductDraft)
    case updateOrder(id: Int, OrderChange)
}
