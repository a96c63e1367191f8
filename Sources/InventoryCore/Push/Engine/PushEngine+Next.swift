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
        guard stoppedBy == nil else { return }
        // Two failures with a long silence between them are not an outage.
        if let trouble = breaker.trouble, trouble.count >= CircuitBreaker.failuresMax,
            now.seconds(since: trouble.since) > options.outageSecondsMax
        {
            stop(trouble.last, now: now)
        } else if !operations.isEmpty, let lastMovement,
            now.seconds(since: lastMovement) > options.stallSecondsMax
        {
            let operation = operations.first.map(\.id.text) ?? ""
            let minutes = Int(options.stallSecondsMax / 60)
            stop(
                .outage(
                    "no batch operation moved for \(minutes) minutes (the oldest is \(operation)): "
                        + "check that OroCommerce's message queue consumers run"
                ),
                now: now
            )
        }
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
                let way = way(for: wave, now: now)
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

    private func way(for wave: Wave, now: PushInstant) -> Way {
        guard batchSupport != .none, !areConsumersStalled(now: now) else { return .single }
        if options.mode == .synchronous, batchSupport == .synchronous { return .synchronous }
        let ready = held.readyCount(wave)
        let isQueueBusy = !operations.isEmpty || flights.count(.submit) > 0
        let isShort = wave == .increase && isQueueBusy && ready < window.batchRecords(wave) / 2
        guard options.mode == .auto else { return isShort && mayGetCompany ? .wait : .asynchronous }
        if ready <= options.singleRecordsMax {
            // The last increases can wait for more; figures that are too high in the shop cannot.
            return wave == .increase && isQueueBusy ? .wait : .single
        }
        if batchSupport == .synchronous {
            // It overtakes the shop's queue, as stock that is gone should.
            let isUrgent = wave == .zero && isQueueBusy && ready <= 2 * options.synchronousRecordsMax
            if isUrgent || ready <= options.synchronousRecordsMax { return .synchronous }
        }
        return isShort ? .wait : .asynchronous
    }

    /// Whether more wishes can come while the shop works: from the outbox, or back from failures.
    private var mayGetCompany: Bool {
        supply == .more || held.nextPromotion != nil || doubts.count > 0
    }

    private func hasRoom(for way: Way, wave: Wave) -> Bool {
        switch way {
        case .wait: return false
        case .single:
            return flights.count(.write) < max(1, Int(Double(limit.limit) * storefront.share))
        case .synchronous:
            return flights.count(.submitSynchronous) < options.synchronousInFlightMax
        case .asynchronous:
            guard operations.count + flights.count(.submit) < options.operationsInFlightMax else {
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
        budget.sent()
        progress.recordsSent += slots.count
        if slots.count == 1 {
            progress.writes += 1
            actions.append(.write(flights.start(.write(slot: first, sentAt: now)), held[first].wish))
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
