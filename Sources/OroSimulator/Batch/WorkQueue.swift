/// A message for the shop's queue consumers.
enum Work: Sendable {
    case split(operation: Int)
    /// `first` is the record's index in the whole request.
    case chunk(operation: Int, number: Int, first: Int, records: [BatchRecord], isRetry: Bool)
    case sync(operation: Int)
}

/// The message queue: consumers wait here, as many at a time as are switched on.
actor WorkQueue {
    /// How far a message may be put ahead of others when the queue is disorderly.
    static let disorderReach = 8

    private var works: [Work] = []
    private var head = 0
    private var waiting: [(consumer: Int, continuation: CheckedContinuation<Work?, Never>)] = []
    private var consumers: Int
    private var isClosed = false
    /// Messages being worked on, and messages that are still delayed.
    private var inHand = 0
    private var expected = 0
    private var idleWaiters: [CheckedContinuation<Void, Never>] = []
    private var random: SplitMix64
    private let disorder: Double

    init(consumers: Int, seed: UInt64, disorder: Double) {
        self.consumers = consumers
        self.disorder = disorder
        random = SplitMix64(state: seed ^ 0x7175_6575_65)
    }

    /// The next message for a consumer; waits for one, and is nil once the queue is closed.
    func next(consumer: Int, finishing: Bool = false) async -> Work? {
        if finishing { inHand -= 1 }
        if isClosed { return nil }
        if consumer < consumers, let work = pop() { return work }
        wakeIdleWaiters()
        return await withCheckedContinuation { waiting.append((consumer, $0)) }
    }

    func push(_ more: [Work], isUrgent: Bool = false) {
        for work in more {
            if isUrgent {
                works.insert(work, at: head)
            } else if disorder > 0, works.count > head, random.unit() < disorder {
                let reach = min(Self.disorderReach, works.count - head)
                works.insert(work, at: works.count - Int(random.next() % UInt64(reach + 1)))
            } else {
                works.append(work)
            }
        }
        dispatch()
    }

    /// Announces a message that will be pushed later.
    func expect() {
        expected += 1
    }

    /// Queues a message that was announced.
    func pushExpected(_ work: Work) {
        expected -= 1
        push([work])
    }

    /// Says that what was announced has happened without a message.
    func endExpected() {
        expected -= 1
        wakeIdleWaiters()
    }

    /// Waits until nothing is queued, delayed or in hand, or nobody is there to do it.
    func idle() async {
        if isIdle { return }
        await withCheckedContinuation { idleWaiters.append($0) }
    }

    private var isIdle: Bool {
        isClosed || inHand == 0 && expected == 0 && (head == works.count || consumers == 0)
    }

    private func wakeIdleWaiters() {
        guard isIdle else { return }
        for waiter in idleWaiters { waiter.resume() }
        idleWaiters = []
    }

    /// Switches consumers on or off; one at work finishes its message first.
    func setConsumers(_ count: Int) {
        consumers = count
        dispatch()
        wakeIdleWaiters()
    }

    func close() {
        isClosed = true
        for waiter in waiting { waiter.continuation.resume(returning: nil) }
        waiting = []
        wakeIdleWaiters()
    }

    private func dispatch() {
        while let index = waiting.firstIndex(where: { $0.consumer < consumers }), let work = pop() {
            waiting.remove(at: index).continuation.resume(returning: work)
        }
    }

    private func pop() -> Work? {
        guard head < works.count else { return nil }
        let work = works[head]
        head += 1
        inHand += 1
        if head > 1024, head * 2 > works.count {
            works.removeFirst(head)
            head = 0
        }
        return work
    }
}
