import InventoryCore
import TestSupport

/// A course with a connector in it, and a judge who knows what is really there.
struct OrderCourseRun {
    enum Connector: String, CaseIterable {
        /// The order ledger.
        case ledger
        /// Writes the ERP's figure as it is.
        case naive
        /// Subtracts every order as soon as its row is there.
        case subtracting
        /// Knows at once what has happened, and writes when the level is not what it should be.
        case knowing
    }

    struct Tally {
        var steps = 0
        /// Steps in which more could be sold than there was, the most units, and those in which it was
        /// more than the orders of the last grace.
        var above = 0
        var aboveMost = 0
        var aboveLate = 0
        /// Steps in which less could be sold although Tidegate had looked, and the most units.
        var below = 0
        var belowMost = 0
        var writes = 0
        /// The first steps with a fault, for a failure's message.
        var faults: [String] = []

        mutating func add(_ other: Tally) {
            steps += other.steps
            (above, aboveMost) = (above + other.above, max(aboveMost, other.aboveMost))
            aboveLate += other.aboveLate
            (below, belowMost) = (below + other.below, max(belowMost, other.belowMost))
            writes += other.writes
            faults += other.faults
        }
    }

    private typealias Moment = OrderCourse.Moment

    private static let level = LevelKey(sku: "A-1", unit: "item")
    private static let start = Timestamp(microseconds: 1_800_000_000_000_000)
    private static let rules = LedgerRules(since: Timestamp(microseconds: 0))

    let course: OrderCourse
    let connector: Connector
    private(set) var tally = Tally()
    /// By step: what there was to sell, and what could be sold.
    private(set) var truth: [Int] = []
    private(set) var sellable: [Int] = []
    /// The shop's clock before ours.
    private let skew: Int64
    private var shown = 0
    private var applied: Moment?
    /// The orders that something may still happen to.
    private var alive: [OrderCourse.Order]

    // What is stored.
    private var stored: [OrderID: LedgerOrder] = [:]
    private var figure: OrderCourse.Snapshot
    private var figures = 0
    private var last = 0
    private var inQuestion: (sent: Int, before: Int, since: Int)?
    private var seen: Moment?
    private var said: Set<Int64> = []

    init(_ course: OrderCourse, _ connector: Connector) {
        (self.course, self.connector) = (course, connector)
        skew = Int64(course.seed % 3) * 300
        (figure, alive) = (course.snapshots[0], course.orders)
        (shown, last) = (figure.net, figure.net)
        for step in 0..<OrderCourse.steps { run(step) }
    }

    private mutating func run(_ step: Int) {
        happen(until: Moment(step: step, phase: 0))
        let isUp = !course.down.contains(step)
        var isSettled = false
        if isUp {
            switch connector {
            case .ledger: isSettled = poll(step)
            case .naive: isSettled = copy(step)
            case .subtracting, .knowing: isSettled = follow(step)
            }
        }
        happen(until: Moment(step: step, phase: 3))
        judge(step, isSettled)
        if step % 10 == 0 { alive = alive.filter { !isOver($0, at: step) } }
    }

    /// Whether nothing more happens to an order that counts.
    private func isOver(_ order: OrderCourse.Order, at step: Int) -> Bool {
        guard order.placed.step + 2 * OrderCourse.grace < step, order.cancelled == nil else { return false }
        guard let booked = order.booked, booked <= figure.asOf else { return false }
        return connector != .ledger || said.contains(order.id)
    }

    // MARK: the shop

    /// Checkouts take their stock.
    private mutating func happen(until moment: Moment) {
        for order in alive {
            guard order.placed <= moment else { break }
            guard let taken = order.taken, taken <= moment, applied.map({ $0 < taken }) ?? true,
                order.cancelled.map({ taken < $0 }) ?? true
            else { continue }
            shown -= order.lines.reduce(0, +)
        }
        applied = moment
    }

    private func time(_ step: Int) -> Timestamp { Self.start.adding(seconds: Int64(step) * 10) }

    /// The rows that were changed after one moment and until another, as the shop states them.
    private func rows(after seen: Moment?, until moment: Moment) -> [WebOrder] {
        alive.compactMap { order in
            let changes = [order.placed, order.cancelled, order.edited?.at].compactMap { $0 }
            let isNew = changes.contains { change in
                change <= moment && (seen.map { $0 < change } ?? true)
            }
            guard order.placed <= moment, isNew else { return nil }
            return row(order, at: moment)
        }
    }

    private func row(_ order: OrderCourse.Order, at moment: Moment) -> WebOrder {
        var quantities = order.lines
        if let edited = order.edited, edited.at <= moment { quantities[0] = edited.quantity }
        let lines = quantities.enumerated().map { number, quantity in
            WebOrder.Line(
                id: order.id * 10 + Int64(number),
                sku: Self.level.sku,
                unit: Self.level.unit,
                quantity: Quantity(units: Int64(quantity))
            )
        }
        let isCancelled = order.cancelled.map { $0 <= moment } ?? false
        return WebOrder(
            id: OrderID(order.id),
            placed: time(order.placed.step).adding(seconds: skew),
            status: isCancelled ? "cancelled" : "open",
            lines: lines
        )
    }

    // MARK: Tidegate with the ledger

    /// A poll, and what the ERP has said before or after; whether all of it was stored and written.
    private mutating func poll(_ step: Int) -> Bool {
        if course.isStatedFirst[step] { hear(step) }
        let now = time(step)
        var ledger = OrderLedger(Self.rules, orders: open)
        take(rows(after: seen, until: Moment(step: step, phase: 0)), &ledger, now)
        happen(until: Moment(step: step, phase: 1))
        let read = ledger.unsettledLevels.contains(Self.level) || inQuestion != nil ? shown : nil
        happen(until: Moment(step: step, phase: 2))
        let second = Moment(step: step, phase: 2)
        take(rows(after: seen, until: second), &ledger, now)
        // It dies before anything is stored: the next poll does all of it again.
        guard !course.dying.contains(step) else { return false }
        if let read, look(at: read, step, &ledger, now) {
            last = read
        }
        store(ledger)
        seen = second
        if !course.isStatedFirst[step] { hear(step) }
        // What came with the second look at the orders has to be looked for in the level before it is
        // written.
        return !ledger.unread.contains(Self.level) && plan(step)
    }

    /// The orders of which something counts.
    private var open: [LedgerOrder] {
        stored.values.filter { $0.lines.contains { $0.ending == nil } }
    }

    private func take(_ rows: [WebOrder], _ ledger: inout OrderLedger, _ now: Timestamp) {
        ledger.add(rows.compactMap { stored[$0.id] })
        for row in rows { ledger.take(row, at: now, shopTime: now.adding(seconds: skew)) }
    }

    private mutating func store(_ ledger: OrderLedger) {
        for id in ledger.changed { stored[id] = ledger[id] }
    }

    /// Whether what a level shows could be observed: not while a write of ours may still arrive.
    private mutating func look(
        at read: Int,
        _ step: Int,
        _ ledger: inout OrderLedger,
        _ now: Timestamp
    ) -> Bool {
        if let question = inQuestion {
            guard step > question.since + 1 else { return false }
            let lines = ledger.orders.values.flatMap(\.lines)
            let pending = Int(Checkouts.pending(lines, at: now).millionths / Quantity.scale)
            let isOld = (0...pending).contains(question.before - read)
            let isSent = (0...pending).contains(question.sent - read)
            // Where both can be, it is the one that explains more by checkouts: less can be sold then.
            last = isOld && (!isSent || question.before > question.sent) ? question.before : question.sent
            inQuestion = nil
        }
        ledger.observe(
            Self.level,
            last: Quantity(units: Int64(last)),
            shown: Quantity(units: Int64(read)),
            at: now
        )
        return true
    }

    /// Takes what the ERP has said by now.
    private mutating func hear(_ step: Int) {
        let now = time(step)
        var ledger = OrderLedger(Self.rules, orders: open)
        for order in alive where !said.contains(order.id) {
            guard let due = order.acknowledged, due <= step, let booked = order.booked,
                let order = stored[OrderID(order.id)]
            else { continue }
            let statement = OrderAcknowledgement(order: "\(order.id)", at: time(booked))
            ledger.add([order])
            ledger.acknowledge(order.id, statement, at: now)
            said.insert(order.id.number)
        }
        arrive(step)
        ledger.contain(at: now) { $1.at <= time(figure.asOf) }
        store(ledger)
    }

    private mutating func arrive(_ step: Int) {
        for snapshot in course.snapshots[figures...] where snapshot.delivered <= step {
            figure = snapshot
            figures += 1
        }
    }

    private mutating func plan(_ step: Int) -> Bool {
        let lines = open.flatMap(\.lines)
        let open = lines.reduce(0) { $0 + $1.open.millionths }
        let allocation = Quantity(millionths: max(0, Int64(figure.net) * Quantity.scale - open))
        let pending = Checkouts.pending(lines, at: time(step))
        let wanted = Int(Checkouts.target(allocation, pending: pending).millionths / Quantity.scale)
        guard inQuestion == nil else { return false }
        guard wanted != last else { return true }
        return write(wanted, step)
    }

    private mutating func write(_ wanted: Int, _ step: Int) -> Bool {
        happen(until: Moment(step: step, phase: 3))
        tally.writes += 1
        let answer = course.answers[step]
        if answer == .done || answer == .lost { shown = wanted }
        if answer == .lost || answer == .cut { inQuestion = (wanted, last, step) }
        if answer == .done { last = wanted }
        return answer == .done
    }

    // MARK: other connectors

    private mutating func copy(_ step: Int) -> Bool {
        let before = figures
        arrive(step)
        guard figures > before || inQuestion != nil, shown != figure.net else { return true }
        inQuestion = nil
        return write(figure.net, step)
    }

    private mutating func follow(_ step: Int) -> Bool {
        arrive(step)
        happen(until: Moment(step: step, phase: connector == .knowing ? 3 : 2))
        inQuestion = nil
        var wanted = max(0, truth(step))
        if connector == .knowing { wanted += running(Moment(step: step, phase: 3)) }
        return wanted == shown || write(wanted, step)
    }

    // MARK: the judge

    /// What checkouts are still to take.
    private func running(_ moment: Moment) -> Int {
        alive.reduce(0) { sum, order in
            guard order.placed <= moment, let taken = order.taken, taken > moment else { return sum }
            return sum + order.quantity(at: moment)
        }
    }

    /// What the shop may still sell: the last figure that was accepted, without the orders that exist and are
    /// not in it.
    private func truth(_ step: Int) -> Int {
        let moment = Moment(step: step, phase: 3)
        return alive.reduce(figure.net) { sum, order in
            sum - max(0, order.quantity(at: moment) - course.isHeld(order, at: figure.asOf))
        }
    }

    private mutating func judge(_ step: Int, _ isSettled: Bool) {
        let moment = Moment(step: step, phase: 3)
        let (there, sold) = (truth(step), shown - running(moment))
        truth.append(there)
        sellable.append(sold)
        tally.steps += 1
        if sold > there, connector != .ledger || isSettled {
            tally.above += 1
            tally.aboveMost = max(tally.aboveMost, sold - there)
            if sold - there > young(step) { tally.aboveLate += 1 }
            note("shows \(sold), there are \(there)", step)
        }
        let least = there - kept(step)
        if sold < least, isSettled {
            tally.below += 1
            tally.belowMost = max(tally.belowMost, least - sold)
            note("shows \(sold), there are at least \(least)", step)
        }
    }

    private mutating func note(_ fault: String, _ step: Int) {
        if tally.faults.count < 3 { tally.faults.append("seed \(course.seed), step \(step): \(fault)") }
    }

    /// What counts on by the rules although the figure has it, or the shop has cancelled it.
    private func kept(_ step: Int) -> Int {
        alive.reduce(0) { sum, order in
            guard let booked = order.booked else { return sum }
            let isSaid = said.contains(order.id)
            if booked <= figure.asOf, !isSaid { return sum + order.full(at: Moment(step: step, phase: 3)) }
            if booked > figure.asOf, isSaid, order.cancelled != nil {
                return sum + order.full(at: Moment(step: step, phase: 3))
            }
            return sum
        }
    }

    /// What may be shown too much for a while: no more than the lines whose grace is not over.
    private func young(_ step: Int) -> Int {
        alive.reduce(0) { sum, order in
            guard (order.placed.step...order.placed.step + OrderCourse.grace).contains(step) else {
                return sum
            }
            return sum + max(order.lines.reduce(0, +), order.full(at: Moment(step: step, phase: 3)))
        }
    }
}
