/// A binary heap of slots: the smallest rank first, then the smallest sequence.
///
/// It holds numbers only, so that moving an entry costs no reference counting; what a slot means is looked
/// up elsewhere, and entries that no longer hold are skipped when they come up.
struct RankedQueue: Sendable {
    struct Entry: Hashable, Sendable {
        let rank: Int64
        let sequence: Int64
        let slot: Int

        func precedes(_ other: Entry) -> Bool {
            rank != other.rank ? rank < other.rank : sequence < other.sequence
        }
    }

    private var heap: [Entry] = []

    var isEmpty: Bool { heap.isEmpty }
    var first: Entry? { heap.first }

    mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> Entry? {
        guard let top = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return top }
        heap[0] = last
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < heap.count else { break }
            let right = left + 1
            let child = right < heap.count && heap[right].precedes(heap[left]) ? right : left
            guard heap[child].precedes(heap[parent]) else { break }
            heap.swapAt(child, parent)
            parent = child
        }
        return top
    }
}
