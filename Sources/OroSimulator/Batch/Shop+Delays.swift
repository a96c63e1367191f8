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
                    switch item.item {
                    case .message(let work): await self.queue.pushExpected(work)
                    case .request(let request):
                        await self.land(request)
                        await self.queue.endExpected()
                    }
                }
            }
            group.cancelAll()
        }
    }

    /// Queues a message later.
    func delay(_ work: Work, milliseconds: Int) async {
        await queue.expect()
        delays.yield(DelayedWork(due: .now + .milliseconds(milliseconds), item: .message(work)))
    }

    /// Ends consumers and timers.
    func close() async {
        delays.finish()
        with { $0.webhooks.events?.finish() }
        await queue.close()
    }
}
