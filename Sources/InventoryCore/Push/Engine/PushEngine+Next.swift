// What to start now.
extension PushEngine {
    /// The form in which ready wishes are sent.
    private enum Way: Hashable {
        case single
        case synchronous
        case asynchronous
        /// Later, in the next operation.
        case wait
    }

    /// Gives the actions to start now.
    package mutating func next(now: PushInstant) -> [PushAction] {
        losePatience(now: now)
        guard stoppedBy == nil else { return [] }
        leaveStalledOperations(now: now)
        if breaker.takeProbe(now: now) {
            progress.probes += 1
            return [.probe(flights.start(.probe))]
        }
        guard breaker.state.letsThrough else { return [] }
        if let pausedUntil {
            guard pausedUntil <= now else { return [] }
            self.pausedUntil = nil
        }
        held.promote(now: now)
        var actions: [PushAction] = []
        startPolls(into: &actions, now: now)
        startReadBack(into: &actions, now: now)
        startWrites(into: &actions, now: now)
        if supply == .exhausted, flights.isEmpty, held.receipts.isEmpty, held.count > 0,
            held.count == held.keptBackCount
        {
            held.releaseKeptBack(now: now)
            supply = .ended
        }
        return actions
    }

    private mutating func losePatience(now: PushInstant) {
        guard stoppedBy == nil, let end = patienceEnd, now >= end, let trouble = breaker.trouble else {
            return
        }
        stop(trouble.last, now: now)
    }

    /// Operations wait and none moves: probably no consumer of the shop's queue runs.
    ///
    /// What they carry is left in question, so that what makes stock less goes again, one by one, and nothing
    /// else waits for them. They are asked for now and then, since one that ends shows that consumers run.
    private mutating func leaveStalledOperations(now: PushInstant) {
        guard let stallsAt, now >= stallsAt else { return }
        isQueueStalled = true
        stalledOperations += operations.count { !$0.isOrphan }
        var asked: [OperationInFlight] = []
        let waiting = operations
        operations.removeAll()
        for operation in waiting {
            guard !operation.isOrphan else {
                operations.append(operation)
                continue
            }
            if operation.nextPoll == nil {
                // Its question is under way: the answer may be its end.
                asked.append(operation)
                continue
            }
            if operation.mark != nil { window.withdrawn(records: operation.slots.count) }
            for slot in operation.slots { leaveInQuestion(slot, .operation(operation.id), now: now) }
            operations.append(operation.orphaned(nextPoll: now.adding(seconds: options.orphanPollSeconds)))
        }
        operations += asked
    }

    private mutating func startPolls(into actions: inout [PushAction], now: PushInstant) {
        for index in operations.indices where flights.count(.poll) < PushEngine.pollsInFlightMax {
            guard let due = operations[index].nextPoll, due <= now else { continue }
            operations[index].ask()
            progress.polls += 1
            let ticket = flights.start(.poll(operations[index].id))
            let wishes = operations[index].slots.map { held[$0].wish }
            actions.append(.poll(ticket, operations[index].id, wishes))
        }
    }

    private mutating func startReadBack(into actions: inout [PushAction], now: PushInstant) {
        guard flights.count(.readBack) == 0 else { return }
        let slots = doubts.take(now: now)
        guard !slots.isEmpty else { return }
        progress.readBacks += 1
        let levels = slots.map { held[$0].wish.level }
        actions.append(.readBack(flights.start(.readBack(slots: slots, sentAt: now)), levels))
    }

    /// Starts writes, wave after wave: where a wave finds no room, no later wave is sent.
    private mutating func startWrites(into actions: inout [PushAction], now: PushInstant) {
        var areSinglesFull = false
        for wave in Wave.allCases {
            while held.readyCount(wave) > 0 {
                if let pacedUntil, pacedUntil > now { return }
                let way = way(for: wave)
                if way == .wait || way == .single && areSinglesFull { break }
                guard hasRoom(for: way, wave: wave) else {
                    guard way == .single else { return }
                    areSinglesFull = true
                    break
                }
                guard start(way, wave: wave, into: &actions, now: now) else { break }
            }
        }
    }

    private func way(for wave: Wave) -> Way {
        guard batchSupport != .none else { return .single }
        if options.mode == .synchronous, batchSupport == .synchronous { return .synchronous }
        guard !isQueueStalled else { return .single }
        let ready = held.readyCount(wave)
        let isQueueBusy = window.recordsInFlight > 0
        // The last increases can wait for more to come; where none can, the consumers would idle meanwhile.
        let isShort =
            mayGetCompany && wave == .increase && isQueueBusy && ready < window.batchRecords(wave) / 2
        if wave == .zero, isQueueBusy, batchSupport != .synchronous, overtakes(zeros: ready) {
            return .single
        }
        guard options.mode == .auto else { return isShort ? .wait : .asynchronous }
        // With more than goes one by one the consumers are needed anyway, and single writes would slow them.
        let areConsumersNeeded = isQueueBusy || readyCount > singleRecordsMax
        if ready <= (areConsumersNeeded ? options.singleRecordsMin : singleRecordsMax) {
            // Figures that are too high in the shop cannot wait.
            return wave == .increase && isQueueBusy ? .wait : .single
        }
        if batchSupport == .synchronous {
            // It overtakes the shop's queue, as stock that is gone should.
            let isUrgent = wave == .zero && isQueueBusy && ready <= 2 * options.synchronousRecordsMax
            if isUrgent || ready <= options.synchronousRecordsMax { return .synchronous }
        }
        return isShort ? .wait : .asynchronous
    }

    /// Records that go one by one: as many as are written in the time that an operation takes by itself.
    private var singleRecordsMax: Int {
        let single = singlesPerSecond
        let batch = max(recordsPerSecond, single * 1.1)
        let alone = window.secondsAlone ?? options.learnt.operationSeconds ?? options.operationSeconds
        let count = alone / (1 / single - 1 / batch)
        return min(max(options.singleRecordsMin, Int(count)), options.singleRecordsMax)
    }

    /// Whether zeros are written sooner one by one than behind the operations that wait in the queue.
    private func overtakes(zeros: Int) -> Bool {
        Double(zeros) / singlesPerSecond < Double(window.recordsInFlight + zeros) / recordsPerSecond
    }

    /// Single writes a second: as measured, as an earlier push has learnt, or as assumed.
    private var singlesPerSecond: Double {
        limit.ratePerSecond ?? options.learnt.writesPerSecond ?? options.singlesPerSecond
    }

    /// The same of records in operations.
    private var recordsPerSecond: Double {
        window.ratePerSecond ?? options.learnt.recordsPerSecond ?? options.recordsPerSecond
    }

    /// Whether more wishes can come while the shop works: from the outbox, or back from failures.
    private var mayGetCompany: Bool {
        supply == .more || held.nextPromotion != nil || doubts.count > 0
    }

    private var ownOperations: Int { operations.count { !$0.isOrphan } }

    private func hasRoom(for way: Way, wave: Wave) -> Bool {
        switch way {
        case .wait: return false
        case .single:
            return flights.count(.write) < max(1, Int(Double(limit.limit) * storefront.share))
        case .synchronous:
            return flights.count(.submitSynchronous) < options.synchronousInFlightMax
        case .asynchronous:
            guard ownOperations + flights.count(.submit) < options.operationsInFlightMax else {
                return false
            }
            let records = min(held.readyCount(wave), window.batchRecords(wave))
            return window.hasRoom(for: records, share: storefront.share)
        }
    }

    private mutating func start(
        _ way: Way,
        wave: Wave,
        into actions: inout [PushAction],
        now: PushInstant
    ) -> Bool {
        let records: Int
        switch way {
        case .wait: return false
        case .single: records = 1
        case .synchronous: records = min(options.synchronousRecordsMax, window.batchRecords(wave))
        case .asynchronous: records = window.batchRecords(wave)
        }
        let slots = held.take(wave, max: records)
        guard let first = slots.first else { return false }
        leftOperations += slots.compactMap { held.leaveOperation($0) }
        budget.sent()
        progress.recordsSent += slots.count
        if slots.count == 1 {
            progress.writes += 1
            actions.append(.write(flights.start(.write(slot: first)), held[first].wish))
        } else {
            progress.submits += 1
            let wishes = slots.map { held[$0].wish }
            let isSynchronous = way == .synchronous
            let flight: Flight =
                isSynchronous
                ? .submitSynchronous(slots: slots, sentAt: now)
                : .submit(slots: slots, mark: window.sent(records: slots.count, now: now), sentAt: now)
            actions.append(.submit(flights.start(flight), wishes, synchronous: isSynchronous))
        }
        pace(records: slots.count, way: way, now: now)
        return true
    }

    /// While the storefront is slow, waits after each request as long as the shoppers' share takes.
    private mutating func pace(records: Int, way: Way, now: PushInstant) {
        guard storefront.share < 1 else { return }
        let rate = way == .single ? limit.ratePerSecond ?? 10 : window.ratePerSecond ?? 50
        pacedUntil = now.adding(seconds: Double(records) / (max(1, rate) * storefront.share))
    }
}
