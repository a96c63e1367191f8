import Crypto

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

/// The ordered writes that turn what is published into what is wanted.
package struct PushPlan: Hashable, Sendable {
    /// By wave, then by the size of the relative change, then by key.
    package let writes: [PlannedWrite]
    /// Wanted levels that need no write.
    package let unchanged: Int
    /// The version of the rules it was made by.
    package let rulesVersion: String

    /// SHA-256 over the writes in lower-case hexadecimal: equal plans have equal digests.
    package var digest: String {
        var hash = SHA256()
        var bytes = Array("tidegate-plan-1\n\(rulesVersion)\n".utf8)
        var decimal: [UInt8] = []
        // Lengths in front keep fields apart that contain the separator.
        func add(_ field: some Collection<UInt8>) {
            bytes.append(decimal: UInt64(field.count))
            bytes.append(UInt8(ascii: ":"))
            bytes.append(contentsOf: field)
        }
        func add(_ quantity: Quantity?) {
            decimal.removeAll(keepingCapacity: true)
            quantity?.append(to: &decimal)
            add(decimal)
        }
        for write in writes {
            add(write.key.sku.text.utf8)
            add(write.key.unit.text.utf8)
            add((write.key.warehouse ?? "").utf8)
            add(write.before)
            add(write.after)
            if bytes.count >= PushPlan.hashedBytes {
                hash.update(data: bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        hash.update(data: bytes)
        return hash.finalize().hexadecimal
    }

    /// So much is hashed at once.
    private static let hashedBytes = 1 << 16
}

extension PushPlan {
    /// Plans the writes; a pure function of its inputs.
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

    /// A plan while wanted levels are added to it, each once; it holds the writes only.
    package struct Draft {
        private var writes: [PlannedWrite] = []
        /// For each write its wave and the size of its change, as one number: smaller goes earlier.
        private var ranks: [UInt16] = []
        private var isInKeyOrder = true
        private var unchanged = 0

        /// Makes an empty plan with room for so many writes; room that is not used occupies no memory.
        package init(writesMax: Int = 0) {
            writes.reserveCapacity(writesMax)
            ranks.reserveCapacity(writesMax)
        }

        /// Adds a level, and gives whether it needs a write; hot (benchmark `plan`).
        @discardableResult
        package mutating func add(_ level: WantedLevel, current: CurrentLevel?) -> Bool {
            guard level.quantity != current?.pending ?? current?.published else {
                unchanged += 1
                return false
            }
            // A value on its way may already show, so the greater of both decides whether this is a decrease.
            var before = current?.published
            if let pending = current?.pending { before = max(before ?? pending, pending) }
            if isInKeyOrder, let last = writes.last { isInKeyOrder = last.key < level.key }
            let write = PlannedWrite(key: level.key, before: before, after: level.quantity)
            writes.append(write)
            ranks.append(UInt16(write.wave.rawValue * 1001 + 1000 - write.relativeChange))
            return true
        }

        /// Adds what another draft holds, behind the writes of this one.
        package mutating func append(_ later: Draft) {
            if let last = writes.last, let first = later.writes.first, !(last.key < first.key) {
                isInKeyOrder = false
            }
            isInKeyOrder = isInKeyOrder && later.isInKeyOrder
            writes += later.writes
            ranks += later.ranks
            unchanged += later.unchanged
        }

        /// Gives the plan, and for each of its writes how many were added before it.
        package consuming func finish(rulesVersion: String) -> (plan: PushPlan, order: [UInt32]) {
            let order = sort()
            return (PushPlan(writes: writes, unchanged: unchanged, rulesVersion: rulesVersion), order)
        }

        /// Orders the writes by rank, then by key; hot (benchmark `plan`).
        ///
        /// Their numbers are sorted, and then each write is moved to its place: sorting the writes themselves
        /// would take half their memory again.
        private mutating func sort() -> [UInt32] {
            var order = self.order()
            writes.withUnsafeMutableBufferPointer { writes in
                for start in order.indices where order[start] & Draft.placed == 0 {
                    let write = writes.moveElement(from: start)
                    var place = start
                    var next = Int(order[place])
                    order[place] |= Draft.placed
                    // The place that gets the write that began the ring ends it.
                    while next != start {
                        writes.initializeElement(at: place, to: writes.moveElement(from: next))
                        place = next
                        next = Int(order[place])
                        order[place] |= Draft.placed
                    }
                    writes.initializeElement(at: place, to: write)
                }
            }
            for place in order.indices { order[place] &= ~Draft.placed }
            return order
        }

        /// Marks a number whose write is in its place; no plan has so many writes.
        private static let placed: UInt32 = 1 << 31

        /// The numbers of the writes by rank, which is counted, and those of one rank by key.
        private mutating func order() -> [UInt32] {
            var ends = [UInt32](repeating: 0, count: Draft.rankMax + 2)
            for rank in ranks { ends[Int(rank) + 1] += 1 }
            for rank in 1..<ends.count { ends[rank] += ends[rank - 1] }
            var order = [UInt32](repeating: 0, count: ranks.count)
            for (write, rank) in ranks.enumerated() {
                order[Int(ends[Int(rank)])] = UInt32(write)
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

        /// Sorts in parts, which takes little memory, and then merges the parts.
        private func sortByKey(_ order: inout [UInt32], _ range: Range<Int>) {
            func isBefore(_ left: UInt32, _ right: UInt32) -> Bool {
                writes[Int(left)].key < writes[Int(right)].key
            }
            guard range.count > 1 else { return }
            for start in stride(from: range.lowerBound, to: range.upperBound, by: 1024) {
                let part = start..<min(start + 1024, range.upperBound)
                let sorted = order[part].sorted(byBytesOf: { writes[Int($0)].key.sku }, then: isBefore)
                order.replaceSubrange(part, with: sorted)
            }
            if range.count > 1024 { order[range].sort(by: isBefore) }
        }

        /// Three waves of 1,001 sizes each.
        private static var rankMax: Int { 3 * 1001 - 1 }
    }
}

extension PlannedWrite {
    /// The size of the change in thousandths of the greater side: 1000 where a level appears or ends.
    package var relativeChange: Int {
        let before = Int128((self.before ?? .zero).millionths)
        let after = Int128(self.after.millionths)
        let whole = max(before.magnitude, after.magnitude)
        guard whole > 0 else { return 0 }
        return Int((after - before).magnitude * 1000 / whole)
    }
}
