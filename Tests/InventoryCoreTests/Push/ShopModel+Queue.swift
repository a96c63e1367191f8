@testable import InventoryCore

// The message queue: chunks, consumers, and what becomes of bad records.
extension ShopModel {
    mutating func enqueue(_ writes: [LevelWrite], delay: Double, fails: Bool, isGone: Bool)
        -> OperationID
    {
        let chunkCount = (writes.count + ShopModel.chunkRecords - 1) / ShopModel.chunkRecords
        let failing = fails ? Int.random(in: 0..<max(1, chunkCount), using: &random) : -1
        let id = operations.count
        operations.append(
            Operation(
                answers: writes.map { _ in .applied },
                chunksLeft: chunkCount,
                chunks: chunkCount,
                isGone: isGone
            )
        )
        for number in 0..<chunkCount {
            let from = number * ShopModel.chunkRecords
            let part = Array(writes[from..<min(from + ShopModel.chunkRecords, writes.count)])
            schedule(
                now + delay,
                .queued(chunk: Chunk(operation: id, offset: from, writes: part, fails: number == failing))
            )
        }
        return OperationID(String(id))
    }

    mutating func wakeConsumers() {
        for index in consumers.indices where consumers[index].chunk == nil && queueHead < queue.count {
            let chunk = queue[queueHead]
            queueHead += 1
            if queueHead > 1000 {
                queue.removeFirst(queueHead)
                queueHead = 0
            }
            consumers[index].chunk = chunk
            let factor = Double.random(in: 0.95...1.05, using: &random) * latencyFactor
            let seconds = isFree ? 0 : factor * Double(chunk.writes.count) / consumers[index].recordsPerSecond
            consumers[index].endsAt = now + seconds
            schedule(consumers[index].endsAt, .consumer(index))
        }
    }

    mutating func consumed(_ index: Int) {
        guard index < consumers.count, let chunk = consumers[index].chunk else { return }
        guard consumers[index].endsAt <= now else {
            schedule(consumers[index].endsAt, .consumer(index))
            return
        }
        consumers[index].chunk = nil
        let bad = chunk.writes.indices.filter {
            poison.contains(chunk.writes[$0].level) || stock[chunk.writes[$0].level] == nil
        }
        if chunk.fails {
            forget(chunk.writes)
            for offset in chunk.writes.indices {
                operations[chunk.operation].answers[chunk.offset + offset] = .unknown("failed")
            }
        } else if bad.isEmpty {
            take(chunk.writes)
        } else {
            requeue(chunk, without: bad)
        }
        operations[chunk.operation].chunksLeft -= 1
        wakeConsumers()
    }

    /// OroCommerce writes nothing of a chunk with a bad record, and runs its good stretches again later.
    mutating func requeue(_ chunk: Chunk, without bad: [Int]) {
        var start = 0
        for end in bad + [chunk.writes.count] {
            if end > start {
                operations[chunk.operation].chunksLeft += 1
                let part = Array(chunk.writes[start..<end])
                queue.append(
                    Chunk(
                        operation: chunk.operation,
                        offset: chunk.offset + start,
                        writes: part,
                        fails: false,
                        isRetry: true
                    )
                )
            }
            start = end + 1
        }
        for index in bad {
            let write = chunk.writes[index]
            forget([write])
            operations[chunk.operation].answers[chunk.offset + index] =
                stock[write.level] == nil
                ? .refused(.levelGone, detail: "404") : .refused(.invalidValue, detail: "400")
        }
    }

    mutating func take(_ writes: [LevelWrite]) {
        for write in writes where stock[write.level] != nil {
            stock[write.level] = write.quantity
            ledger.append(Effect(at: now, level: write.level, quantity: write.quantity))
        }
        forget(writes)
    }

    mutating func forget(_ writes: [LevelWrite]) {
        for write in writes {
            guard var values = pending[write.level] else { continue }
            if let index = values.firstIndex(of: write.quantity) { values.remove(at: index) }
            pending[write.level] = values.isEmpty ? nil : values
        }
    }

    mutating func schedule(_ at: Double, _ event: Event) {
        eventNumber += 1
        let entry = (at: at, number: eventNumber, event: event)
        var low = 0
        var high = events.count
        while low < high {
            let middle = (low + high) / 2
            if (events[middle].at, events[middle].number) < (at, eventNumber) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        events.insert(entry, at: low)
    }

    mutating func popEvent() -> Event {
        events.removeFirst().event
    }
}
