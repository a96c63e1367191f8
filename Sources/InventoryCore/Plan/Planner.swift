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
        hash.update(data: Array("tidegate-plan-1\n\(rulesVersion)\n".utf8))
        for write in writes {
            let fields = [
                write.key.sku.text, write.key.unit.text, write.key.warehouse ?? "",
                write.before?.description ?? "", write.after.description,
            ]
            // Lengths in front keep fields apart that contain the separator.
            for field in fields { hash.update(data: Array("\(field.utf8.count):\(field)".utf8)) }
        }
        return hash.finalize().hexadecimal
    }
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
        self = draft.finish(rulesVersion: rulesVersion)
    }

    /// A plan while wanted levels are added to it, each once; it holds the writes only.
    package struct Draft: Sendable {
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

        package consuming func finish(rulesVersion: String) -> PushPlan {
            sort()
            return PushPlan(writes: writes, unchanged: unchanged, rulesVersion: rulesVersion)
        }

        /// Orders the writes by rank, then by key; hot (benchmark `plan`).
        ///
        /// Their numbers are sorted, and then each write is moved to its place: sorting the writes themselves
        /// would take half their memory again.
        private mutating func sort() {
            var order = Array(0..<UInt32(writes.count))
            order.sort { left, right in
                let (leftRank, rightRank) = (ranks[Int(left)], ranks[Int(right)])
                if leftRank != rightRank { return leftRank < rightRank }
                return isInKeyOrder ? left < right : writes[Int(left)].key < writes[Int(right)].key
            }
            for start in order.indices {
                var place = start
                // A place that gets the write that began the ring ends it.
                while order[place] != start {
                    let next = Int(order[place])
                    writes.swapAt(place, next)
                    order[place] = UInt32(place)
                    place = next
                }
                order[place] = UInt32(place)
            }
        }
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
