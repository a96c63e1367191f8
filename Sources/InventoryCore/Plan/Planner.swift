/// What Tidegate knows of a level when it plans.
package struct CurrentLevel: Hashable, Sendable {
    /// What the shop last confirmed.
    package let published: Quantity?
    /// The newest value that is on its way to the shop.
    package let pending: Quantity?

    package init(published: Quantity?, pending: Quantity? = nil) {
        self.published = published
        self.pending = pending
    }
}

/// The ordered wishes that turn the published state into the wanted one.
package struct PushPlan: Hashable, Sendable {
    /// By wave, then by the size of the relative change, then by key.
    package let wishes: [PlannedWish]
    /// Wanted levels that need no wish.
    package let unchanged: Int
    /// The version of the rules it was made by.
    package let rulesVersion: String

    /// Gives the plan with some of its wishes, in its order.
    package func keeping(_ wishes: [PlannedWish]) -> PushPlan {
        PushPlan(wishes: wishes, unchanged: unchanged, rulesVersion: rulesVersion)
    }
}

extension PushPlan {
    /// Plans the wishes; a pure function of its inputs.
    ///
    /// `wanted` names each level once; `current` gives what
    /// is known of a level, nothing where it was never seen.
    package init(
        wanted: some Sequence<WantedLevel>,
        rulesVersion: String,
        current: (LevelKey) -> CurrentLevel?
    ) {
        var draft = Draft()
        for level in wanted { draft.add(level, current: current(level.key)) }
        self = draft.finish(rulesVersion: rulesVersion).plan
    }

    /// A plan while wanted levels are added to it, each once; it holds the wishes only.
    package struct Draft {
        private var wishes: [PlannedWish] = []
        /// For each wish its wave and the size of its change, as one number: smaller goes earlier.
        private var ranks: [UInt16] = []
        private var isInKeyOrder = true
        private var unchanged = 0

        /// Makes an empty plan with room for so many wishes; unused room takes no memory.
        package init(wishesMax: Int = 0) {
            wishes.reserveCapacity(wishesMax)
            ranks.reserveCapacity(wishesMax)
        }

        /// Adds a level, and gives whether it needs a wish; hot (benchmark `plan`).
        @discardableResult
        package mutating func add(_ level: WantedLevel, current: CurrentLevel?) -> Bool {
            guard level.quantity != current?.pending ?? current?.published else {
                unchanged += 1
                return false
            }
            // A value on its way may already show, so the greater of both decides whether this is a decrease.
            var before = current?.published
            if let pending = current?.pending { before = max(before ?? pending, pending) }
            if isInKeyOrder, let last = wishes.last { isInKeyOrder = last.key < level.key }
            let wish = PlannedWish(key: level.key, before: before, after: level.quantity)
            wishes.append(wish)
            ranks.append(UInt16(wish.wave.rawValue * 1001 + 1000 - wish.relativeChange))
            return true
        }

        /// Appends another draft's wishes.
        package mutating func append(_ later: Draft) {
            if let last = wishes.last, let first = later.wishes.first, !(last.key < first.key) {
                isInKeyOrder = false
            }
            isInKeyOrder = isInKeyOrder && later.isInKeyOrder
            wishes += later.wishes
            ranks += later.ranks
            unchanged += later.unchanged
        }

        /// Gives the plan, and for each of its wishes how many were added before it.
        package consuming func finish(rulesVersion: String) -> (plan: PushPlan, order: [UInt32]) {
            let order = sort()
            return (PushPlan(wishes: wishes, unchanged: unchanged, rulesVersion: rulesVersion), order)
        }

        /// Orders the wishes by rank, then by key; hot (benchmark `plan`).
        ///
        /// Numbers are sorted, and then each wish is moved to its place: sorting the wishes themselves would
        /// need half their memory again.
        private mutating func sort() -> [UInt32] {
            var order = self.order()
            wishes.withUnsafeMutableBufferPointer { wishes in
                for start in order.indices where order[start] & Draft.placed == 0 {
                    let wish = wishes.moveElement(from: start)
                    var place = start
                    var next = Int(order[place])
                    order[place] |= Draft.placed
                    // The ring ends where the wish that began it belongs.
                    while next != start {
                        wishes.initializeElement(at: place, to: wishes.moveElement(from: next))
                        place = next
                        next = Int(order[place])
                        order[place] |= Draft.placed
                    }
                    wishes.initializeElement(at: place, to: wish)
                }
            }
            for place in order.indices { order[place] &= ~Draft.placed }
            return order
        }

        /// Marks numbers whose wish is in its place; no plan has this many wishes.
        private static let placed: UInt32 = 1 << 31

        /// The numbers of the wishes by rank (a counting sort), and within a rank by key.
        private mutating func order() -> [UInt32] {
            var ends = [UInt32](repeating: 0, count: Draft.rankMax + 2)
            for rank in ranks { ends[Int(rank) + 1] += 1 }
            for rank in 1..<ends.count { ends[rank] += ends[rank - 1] }
            var order = [UInt32](repeating: 0, count: ranks.count)
            for (wish, rank) in ranks.enumerated() {
                order[Int(ends[Int(rank)])] = UInt32(wish)
                ends[Int(rank)] += 1
            }
            ranks = []
            guard !isInKeyOrder else { return order }
            var begin = 0
            for end in ends.dropLast().map(Int.init) {
                sortByKey(&order, begin..<end)
                begin = end
            }
            return order
        }

        /// Sorts in parts, which takes little memory, then merges them.
        private func sortByKey(_ order: inout [UInt32], _ range: Range<Int>) {
            func isBefore(_ left: UInt32, _ right: UInt32) -> Bool {
                wishes[Int(left)].key < wishes[Int(right)].key
            }
            guard range.count > 1 else { return }
            for start in stride(from: range.lowerBound, to: range.upperBound, by: 1024) {
                let part = start..<min(start + 1024, range.upperBound)
                let sorted = order[part].sorted(byBytesOf: { wishes[Int($0)].key.sku }, then: isBefore)
                order.replaceSubrange(part, with: sorted)
            }
            if range.count > 1024 { order[range].sort(by: isBefore) }
        }

        /// Three waves of 1,001 sizes each.
        private static var rankMax: Int { 3 * 1001 - 1 }
    }
}

extension PlannedWish {
    /// The size of the change in thousandths of the greater side: 1000 where a level appears or ends.
    package var relativeChange: Int {
        let before = Int128((self.before ?? .zero).millionths)
        let after = Int128(self.after.millionths)
        let whole = max(before.magnitude, after.magnitude)
        guard whole > 0 else { return 0 }
        return Int((after - before).magnitude * 1000 / whole)
    }
}
