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
            return [.probe(takeTicket(.probe))]
        }
        guard breaker.state == .closed else { return [] }
        if let pausedUntil {
            guard pausedUntil <= now else { return [] }
            self.pausedUntil = nil
        }
        held.promote(now: now)
        var actions: [PushAction] = []
        startPolls(into: &actions, now: now)
        startReadBack(into: &actions, now: now)
        startWrites(into: &actions, now: now)
        if isExhausted, flights.isEmpty, held.settlements.isEmpty, held.count > 0,
            held.count == held.keptBackCount
        {
            held.releaseKeptBack(now: now)
            isEnded = true
        }
        return actions
    }

    private mutating func losePatience(now: PushInstant) {
        guard stoppedBy == nil else { return }
        // Two failures with a long silence between them are no outage.
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
        var polling = operations.reduce(0) { $0 + ($1.isPolling ? 1 : 0) }
        for index in operations.indices where polling < PushEngine.pollsInFlightMax {
            guard !operations[index].isPolling, operations[index].nextPoll <= now else { continue }
            polling += 1
            operations[index].isPolling = true
            progress.polls += 1
            let ticket = takeTicket(.poll(operations[index].id))
            let wishes = operations[index].slots.compactMap { held[$0]?.wish }
            actions.append(.poll(ticket, operations[index].id, wishes))
        }
    }

    private mutating func startReadBack(into actions: inout [PushAction], now: PushInstant) {
        guard readBacksInFlight == 0 else { return }
        let slots = doubts.take(now: now)
        guard !slots.isEmpty else { return }
        readBacksInFlight += 1
        progress.readBacks += 1
        let levels = slots.compactMap { held[$0]?.wish.level }
        actions.append(.readBack(takeTicket(.readBack(slots: slots, sentAt: now)), levels))
    }

    /// Starts writes, wave after wave: what a wave cannot send for want of room, no later wave may.
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
        let isQueueBusy = !operations.isEmpty || submitsInFlight > 0
        let isShort = wave == .increase && isQueueBusy && ready < window.batchRecords(wave) / 2
        guard options.mode == .auto else { return isShort && mayGetCompany ? .wait : .asynchronous }
        if ready <= options.singleRecordsMax {
            // The last increases can wait for company; what is too high in the shop cannot.
            return wave == .increase && isQueueBusy ? .wait : .single
        }
        if batchSupport == .synchronous {
            // It overtakes the shop's queue, which is what stock that is gone needs.
            let isUrgent = wave == .zero && isQueueBusy && ready <= 2 * options.synchronousRecordsMax
            if isUrgent || ready <= options.synchronousRecordsMax { return .synchronous }
        }
        return isShort ? .wait : .asynchronous
    }

    /// Whether more wishes can come while the shop works: from the outbox, or back from what went wrong.
    private var mayGetCompany: Bool {
        !isExhausted || held.nextPromotion != nil || doubts.count > 0
    }

    private func hasRoom(for way: Way, wave: Wave) -> Bool {
        switch way {
        case .wait: return false
        case .single:
            return writesInFlight < max(1, Int(Double(limit.limit) * storefront.share))
        case .synchronous:
            return synchronousInFlight < options.synchronousInFlightMax
        case .asynchronous:
            guard operations.count + submitsInFlight < options.operationsInFlightMax else { return false }
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
        let isSynchronous = way == .synchronous
        let records: Int
        switch way {
        case .wait: return false
        case .single: records = 1
        case .synchronous: records = min(options.synchronousRecordsMax, window.batchRecords(wave))
        case .asynchronous: records = window.batchRecords(wave)
        }
        let slots = held.take(wave, max: records)
        guard let first = slots.first, let wish = held[first]?.wish else { return false }
        budget.sent()
        progress.recordsSent += slots.count
        if slots.count == 1 {
            progress.writes += 1
            writesInFlight += 1
            actions.append(.write(takeTicket(.write(slot: first, sentAt: now)), wish))
        } else {
            progress.submits += 1
            var mark: OperationWindow.Mark?
            if isSynchronous {
                synchronousInFlight += 1
            } else {
                submitsInFlight += 1
                mark = window.sent(records: slots.count, now: now)
            }
            let flight = Flight.submit(slots: slots, synchronous: isSynchronous, mark: mark, sentAt: now)
            let wishes = slots.compactMap { held[$0]?.wish }
            actions.append(.submit(takeTicket(flight), wishes, synchronous: isSynchronous))
        }
        pace(records: slots.count, way: way, now: now)
        return true
    }

    /// While the storefront is slow, what was sent is given time as if the shop had been shared.
    private mutating func pace(records: Int, way: Way, now: PushInstant) {
        guard storefront.share < 1 else { return }
        let rate = way == .single ? limit.ratePerSecond ?? 10 : window.ratePerSecond ?? 50
        pacedUntil = now.adding(seconds: Double(records) / (max(1, rate) * storefront.share))
    }
}
