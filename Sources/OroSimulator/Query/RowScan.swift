/// Rows in id order with a test each: walks no further than the page needs.
struct RowScan {
    /// Candidates in ascending order.
    let candidates: any BidirectionalCollection<Int>
    let admits: (Int) -> Bool

    /// The page of an order by id.
    func page(of request: ListRequest, isDescending: Bool, knownTotal: Int?) -> ListPage {
        isDescending
            ? walk(candidates.reversed(), request, knownTotal: knownTotal)
            : walk(candidates, request, knownTotal: knownTotal)
    }

    /// The page of any other order; it has to see every row.
    func page(of request: ListRequest, sortedBy key: (Int) -> [Scalar?]) -> ListPage {
        let rows = all()
        let keyed = rows.map { (row: $0, key: key($0)) }
        let sorted = keyed.sorted { left, right in
            for (index, order) in request.order.enumerated() {
                guard left.key[index] != right.key[index] else { continue }
                let isLess = Self.isLess(left.key[index], right.key[index])
                return order.isDescending ? !isLess : isLess
            }
            return left.row < right.row
        }
        let from = min(request.offset, sorted.count)
        let to = request.pageSize.map { min(from + $0, sorted.count) } ?? sorted.count
        return ListPage(
            rows: sorted[from..<to].map(\.row),
            hasMore: to < sorted.count,
            total: request.wantsTotal ? sorted.count : nil
        )
    }

    private func all() -> [Int] {
        var rows: [Int] = []
        for row in candidates where admits(row) { rows.append(row) }
        return rows
    }

    private func walk(_ rows: some Sequence<Int>, _ request: ListRequest, knownTotal: Int?) -> ListPage {
        var page = ListPage()
        var matched = 0
        let end = request.pageSize.map { request.offset + $0 }
        for row in rows where admits(row) {
            matched += 1
            if let end, matched > end {
                page.hasMore = true
                if !request.wantsTotal || knownTotal != nil { break }
            } else if matched > request.offset {
                page.rows.append(row)
            }
        }
        if request.wantsTotal { page.total = knownTotal ?? matched }
        return page
    }

    private static func isLess(_ left: Scalar?, _ right: Scalar?) -> Bool {
        guard let left else { return right != nil }
        guard let right else { return false }
        return left < right
    }
}
