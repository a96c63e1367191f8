/// One queue consumer: takes messages and does the work, until the queue is closed.
struct Consumer: Sendable {
    let shop: Shop
    let number: Int

    func run() async {
        var isFinishing = false
        while let work = await shop.queue.next(consumer: number, finishing: isFinishing) {
            let more = await perform(work)
            if !more.isEmpty { await shop.queue.push(more) }
            isFinishing = true
        }
    }

    private func perform(_ work: Work) async -> [Work] {
        switch work {
        case .split(let operation):
            await pay(records: 0)
            return split(operation)
        case .chunk(let operation, let chunk, let first, let records, let isRetry):
            switch shop.withDice({ $0.isEmpty ? nil : $0.strikeChunk() }) {
            case .consumerKilled(let milliseconds):
                await shop.delay(work, milliseconds: milliseconds)
                return []
            case .chunkFails: return fail(operation, chunk: chunk)
            default: break
            }
            let start = ContinuousClock.now
            await pay(records: records.count)
            let now = shop.nowSeconds
            return shop.with { state in
                let took = (ContinuousClock.now - start).components
                state.operations[operation]?.aggregateNanoseconds +=
                    took.seconds * 1_000_000_000 + took.attoseconds / 1_000_000_000
                return state.run(
                    operation: operation,
                    chunk: chunk,
                    first: first,
                    records,
                    isRetry: isRetry,
                    nowSeconds: now
                )
            }
        case .sync(let operation):
            guard let body = read(operation) else { return [] }
            await pay(records: body.records.count)
            let now = shop.nowSeconds
            shop.with { $0.runAll(operation: operation, body, nowSeconds: now) }
            return []
        }
    }

    /// Waits for as long as the work costs; a shop without a cost model pays nothing.
    private func pay(records: Int) async {
        guard let processors = shop.processors else { return }
        let model = await processors.model
        do {
            let cost = model.messageMilliseconds + Double(records) * model.recordMilliseconds
            try await processors.work(milliseconds: cost)
        } catch {
            // Cancelled: the shop is closing and nobody will see what this chunk would do.
            return
        }
    }

    private func fail(_ operation: Int, chunk: Int) -> [Work] {
        let now = shop.nowSeconds
        return shop.with {
            $0.run(operation: operation, chunk: chunk, first: 0, [.broken], isRetry: true, nowSeconds: now)
        }
    }

    private func split(_ id: Int) -> [Work] {
        guard let body = read(id) else { return [] }
        let now = shop.nowSeconds
        let size = shop.options.chunkSize
        return shop.with { $0.split(operation: id, body, chunkSize: size, nowSeconds: now) }
    }

    private func read(_ id: Int) -> BatchBody? {
        let taken = shop.with { state -> (body: [UInt8], type: String)? in
            state.operations[id]?.status = .running
            return state.operations[id].map { ($0.body, $0.type) }
        }
        return taken.map { BatchBody.read($0.body, type: $0.type) }
    }
}
