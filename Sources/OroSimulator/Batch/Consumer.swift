/// One queue consumer: takes messages and does the work, until the queue is closed.
struct Consumer: Sendable {
    let shop: Shop
    let number: Int

    func run() async {
        while let work = await shop.queue.next(consumer: number) {
            let more = await perform(work)
            if !more.isEmpty { await shop.queue.push(more) }
        }
    }

    private func perform(_ work: Work) async -> [Work] {
        switch work {
        case .split(let operation): return split(operation)
        case .chunk(let operation, let chunk, let first, let records, let isRetry):
            let now = shop.nowSeconds
            return shop.with {
                $0.run(
                    operation: operation,
                    chunk: chunk,
                    first: first,
                    records,
                    isRetry: isRetry,
                    nowSeconds: now
                )
            }
        case .sync: return []
        }
    }

    private func split(_ id: Int) -> [Work] {
        let now = shop.nowSeconds
        let taken = shop.with { state -> (body: [UInt8], type: String)? in
            state.operations[id]?.status = .running
            return state.operations[id].map { ($0.body, $0.type) }
        }
        guard let taken else { return [] }
        let body = BatchBody.read(taken.body, type: taken.type)
        let size = shop.options.chunkSize
        return shop.with { $0.split(operation: id, body, chunkSize: size, nowSeconds: now) }
    }
}
