extension Shop {
    /// Puts delayed messages into the queue when they are due, until the shop closes.
    func deliverDelayed() async {
        await withDiscardingTaskGroup { group in
            for await item in delayed {
                group.addTask {
                    do {
                        try await Task.sleep(until: item.due, clock: .continuous)
                    } catch {
                        return
                    }
                    await self.queue.push([item.work])
                }
            }
            group.cancelAll()
        }
    }

    /// Ends consumers and timers.
    func close() async {
        delays.finish()
        await queue.close()
    }
}
