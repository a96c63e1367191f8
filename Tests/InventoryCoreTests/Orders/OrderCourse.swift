import TestSupport

/// A seeded course of a shop and its ERP on one level: all that happens, whoever connects them.
///
/// It is drawn before anything runs, so that different connectors can be compared on the same course.
struct OrderCourse {
    /// What may happen.
    struct Kind {
        /// Orders that never take their stock: made by the API, in the back office, or left at the payment.
        var hasUntaken = false
        /// Checkouts that take their stock between our reading of the level and our write.
        var hasRaces = false
        /// Tidegate, the shop and the ERP fail.
        var hasCrashes = true
        /// The ERP says late that it has booked an order, when its figure contains that already.
        var hasLateAcknowledgements = false
    }

    /// When within a step: before the poll, before the levels are read, before the orders are read again, or
    /// before our write.
    typealias Phase = Int

    struct Moment: Hashable, Comparable {
        var step: Int
        var phase: Phase

        static func < (left: Moment, right: Moment) -> Bool {
            left.step * 4 + left.phase < right.step * 4 + right.phase
        }
    }

    struct Order {
        let id: Int64
        var lines: [Int]
        let placed: Moment
        /// When the checkout takes the stock, unless the order was cancelled by then; never where nothing is
        /// taken.
        var taken: Moment?
        var cancelled: Moment?
        /// What its first line is edited to.
        var edited: (at: Moment, quantity: Int)?
        /// When the ERP books it, by the step.
        var booked: Int?
        var acknowledged: Int?
        /// When the ERP takes a booked order back that was cancelled in the shop.
        var takenBack: Int?

        func quantity(at moment: Moment) -> Int {
            guard placed <= moment, cancelled.map({ moment < $0 }) ?? true else { return 0 }
            return full(at: moment)
        }

        /// What it is for, be it that it was cancelled.
        func full(at moment: Moment) -> Int {
            guard let edited, edited.at <= moment else { return lines.reduce(0, +) }
            return lines.dropFirst().reduce(edited.quantity, +)
        }
    }

    struct Snapshot {
        let asOf: Int
        let delivered: Int
        let net: Int
    }

    /// How a write of ours ends: it can arrive without an answer, or be cut before it arrives, and be
    /// refused.
    enum Answer: CaseIterable { case done, lost, cut, refused }

    static let steps = 120
    /// In steps.
    static let grace = 12

    let seed: UInt64
    let kind: Kind
    private(set) var orders: [Order] = []
    private(set) var snapshots: [Snapshot] = []
    /// Steps in which Tidegate is down, and those in which it dies after it has read.
    private(set) var down: Set<Int> = []
    private(set) var dying: Set<Int> = []
    private(set) var answers: [Answer] = []
    /// Steps in which statements of the ERP are taken before the shop is polled; otherwise after.
    private(set) var isStatedFirst: [Bool] = []
    private var random: SplitMix64
    private var stock: [Int] = []

    init(seed: UInt64, _ kind: Kind = Kind()) {
        (self.seed, self.kind) = (seed, kind)
        random = SplitMix64(state: seed)
        var held = 90 + random.below(40)
        for step in 0..<Self.steps {
            if random.chance(20) { place(at: step) }
            if random.chance(8) { held += 1 + random.below(12) }
            if random.chance(6), held > 30 { held -= 1 + random.below(3) }
            stock.append(held)
            fail(at: step)
            isStatedFirst.append(random.chance(50))
        }
        export()
    }

    private mutating func place(at step: Int) {
        let lines = random.chance(85) ? [1 + random.below(3)] : [1, 1 + random.below(2)]
        let placed = Moment(step: step, phase: random.below(3))
        var order = Order(id: Int64(orders.count + 1), lines: lines, placed: placed)
        let isTaken = !(kind.hasUntaken && random.chance(25))
        let wait = random.below(11)
        var taken = Moment(step: step + wait, phase: random.below(2))
        if kind.hasRaces, random.chance(20) { taken.phase = 2 + random.below(2) }
        if taken < placed { taken = placed }
        if taken.phase == 2, !kind.hasRaces { taken = Moment(step: taken.step + 1, phase: 0) }
        order.taken = isTaken ? taken : nil
        let end = isTaken ? taken.step : step + 2
        var booked = end + 1 + random.below(20)
        if random.chance(4) { cancel(&order, before: &booked) }
        if order.cancelled == nil, random.chance(4), booked > end + 1 {
            let quantity = kind.hasUntaken ? random.below(5) : random.below(lines[0])
            let moment = Moment(step: end + 1 + random.below(booked - end - 1), phase: 0)
            order.edited = (moment, quantity)
        }
        if booked < .max, random.chance(90) {
            order.booked = booked
            order.acknowledged = booked
            if kind.hasLateAcknowledgements, random.chance(30) {
                order.acknowledged = booked + random.below(15)
            }
        }
        orders.append(order)
    }

    private mutating func cancel(_ order: inout Order, before booked: inout Int) {
        let moment = Moment(step: order.placed.step + 1 + random.below(100), phase: random.below(3))
        order.cancelled = moment
        if moment.step <= booked { booked = .max } else { order.takenBack = moment.step + random.below(10) }
    }

    private mutating func fail(at step: Int) {
        answers.append(.done)
        guard kind.hasCrashes else { return }
        if random.chance(2) { down.formUnion(step...step + random.below(4)) }
        if random.chance(2) { dying.insert(step) }
        if random.chance(6) { answers[step] = random.pick([.lost, .cut, .refused]) }
    }

    /// The figures of the ERP, which arrive in order, and mostly later than they are true.
    private mutating func export() {
        var last = 0
        for step in 0..<Self.steps where step == 0 || random.chance(15) {
            let late = kind.hasCrashes && random.chance(5) ? random.below(20) : random.below(6)
            last = max(last, step == 0 ? 0 : step + late)
            snapshots.append(Snapshot(asOf: step, delivered: last, net: net(at: step)))
        }
    }

    /// What the ERP holds free at the end of a step: on hand without what it has booked.
    private func net(at step: Int) -> Int {
        stock[step] - orders.reduce(0) { $0 + isHeld($1, at: step) }
    }

    /// What the ERP holds for an order.
    func isHeld(_ order: Order, at step: Int) -> Int {
        guard let booked = order.booked, booked <= step, order.takenBack.map({ step < $0 }) ?? true else {
            return 0
        }
        return order.full(at: Moment(step: booked, phase: 3))
    }
}
