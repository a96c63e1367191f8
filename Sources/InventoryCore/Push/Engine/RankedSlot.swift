/// A slot's place in a heap: the smallest rank first, then the smallest sequence.
///
/// It holds numbers only, so moving one costs no reference counting. What a slot means is looked up
/// elsewhere, and entries that no longer hold are skipped when they come up.
struct RankedSlot: Hashable, Comparable, Sendable {
    let rank: Int64
    let sequence: Int64
    let slot: Int

    static func < (left: RankedSlot, right: RankedSlot) -> Bool {
        if left.rank != right.rank { return left.rank < right.rank }
        return left.sequence != right.sequence ? left.sequence < right.sequence : left.slot < right.slot
    }
}
