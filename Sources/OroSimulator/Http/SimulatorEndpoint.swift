import Hummingbird
import NIOCore

/// `/_simulator/…`: what happened in the shop and what shall, for tests and people; no token is needed.
struct SimulatorEndpoint: Sendable {
    static let prefix = "/_simulator/"
    /// Lines written at a time, so that a million of them are never all in memory.
    static let linesPerWrite = 5_000

    let shop: Shop

    func respond(to request: ShopRequest) async -> Response {
        switch (request.method, request.path) {
        case ("GET", "/_simulator/ledger"): lines { shop, at in shop.ledgerLines(from: at) }
        case ("GET", "/_simulator/levels"): lines { shop, at in shop.levelLines(from: at) }
        case ("GET", "/_simulator/orders"): lines { shop, at in shop.orderLines(from: at) }
        case ("POST", "/_simulator/orders"): order(request.body)
        case ("POST", "/_simulator/faults"): await take(request.body)
        default: Response(status: .notFound)
        }
    }

    /// Takes faults in the form of a fault file: a change is done at once, any other rule is added.
    private func take(_ body: [UInt8]) async -> Response {
        let script: FaultScript
        switch Result(catching: { () throws(SimulatorFault) in try FaultScript.parse(body, place: "body") }) {
        case .success(let parsed): script = parsed
        case .failure(let fault):
            return Response(status: .badRequest, body: .init(byteBuffer: ByteBuffer(string: "\(fault)\n")))
        }
        for rule in script.rules {
            if case .change(let change) = rule.fault {
                await shop.perform(change)
            } else {
                shop.withDice { $0.add(rule) }
            }
        }
        return Response(status: .noContent)
    }

    /// Places an order in the form of a fault file's `order`, and answers with its line of the list.
    private func order(_ body: [UInt8]) -> Response {
        let read = Result { () throws(SimulatorFault) in try OrderPlacement.parse(body, place: "body") }
        switch read {
        case .success(let placement):
            let line = shop.orderLines(from: Int(shop.place(placement)) ?? 0)?.bytes ?? []
            return Response(status: .created, body: .init(byteBuffer: ByteBuffer(bytes: line)))
        case .failure(let fault):
            return Response(status: .badRequest, body: .init(byteBuffer: ByteBuffer(string: "\(fault)\n")))
        }
    }

    /// Streams lines; `next` gives some from a position on and the position after them, or nil at the end.
    private func lines(
        _ next: @escaping @Sendable (Shop, Int) -> (bytes: [UInt8], next: Int)?
    ) -> Response {
        let shop = shop
        var headers = HTTPFields()
        headers[.contentType] = "application/x-ndjson"
        let body = ResponseBody { writer in
            var at = 0
            while let part = next(shop, at) {
                try await writer.write(ByteBuffer(bytes: part.bytes))
                at = part.next
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }
}

extension Shop {
    /// Ledger lines from an index on.
    func ledgerLines(from index: Int) -> (bytes: [UInt8], next: Int)? {
        with { state in
            let end = min(index + SimulatorEndpoint.linesPerWrite, state.ledger.count)
            guard index < end else { return nil }
            var text = JsonText()
            for position in index..<end {
                let entry = state.ledgerEntry(at: position)
                text.raw("{\"seq\":")
                text.integer(entry.sequence)
                text.raw(",")
                text.line(
                    LevelState(
                        level: entry.level,
                        sku: entry.sku,
                        unit: entry.unit,
                        warehouse: entry.warehouse,
                        quantity: entry.quantity
                    )
                )
                text.raw(",\"via\":\"")
                text.raw(entry.route.name)
                text.raw("\"}\n")
            }
            return (text.bytes, end)
        }
    }

    /// Lines of the levels now, from an id on.
    func levelLines(from first: Int) -> (bytes: [UInt8], next: Int)? {
        with { state in
            let ids = state.visibleLevels(from: max(1, first), count: SimulatorEndpoint.linesPerWrite)
            guard let last = ids.last else { return nil }
            var text = JsonText()
            for id in ids {
                text.raw("{")
                text.line(state.levelState(id, quantity: state.levels.quantity(id)))
                text.raw("}\n")
            }
            return (text.bytes, last + 1)
        }
    }
}

extension JsonText {
    fileprivate mutating func line(_ level: LevelState) {
        raw("\"level\":\"")
        raw(level.level)
        raw("\",\"sku\":")
        string(level.sku)
        raw(",\"unit\":")
        string(level.unit)
        raw(",\"warehouse\":")
        if let warehouse = level.warehouse { string(warehouse) } else { raw("null") }
        raw(",\"quantity\":\"")
        raw(level.quantity)
        raw("\"")
    }
}
