/// Divides a short supply by highest averages (D'Hondt): the next unit goes to the greatest weight / (n + 1).
///
/// Not largest remainders: there, a greater supply can shrink a share.
enum HighestAverages {
    /// What one fence wants, and what it gets.
    struct Claim: Hashable, Sendable {
        /// In millionths of the base unit; also the most the claim may get.
        let weight: Int64
        /// Units given.
        var units: Int64 = 0
    }

    /// Divides `supply` in units of `granularity`, both in millionths.
    ///
    /// Of equal claims the earlier one wins.
    ///
    /// The result equals giving the units one by one, but is faster: highest averages never gives less than
    /// the exact share rounded down, so that much is given at once, and fewer units than claims remain. No
    /// claim gets more than its weight. Products stay below 2¹²⁶.
    static func divide(_ supply: Int64, granularity: Int64, among claims: inout [Claim]) {
        var total: Int128 = 0
        var capacity: Int128 = 0
        for claim in claims {
            total += Int128(claim.weight)
            capacity += Int128(claim.weight / granularity)
        }
        let units = min(Int128(supply / granularity), capacity)
        guard units > 0 else { return }
        var remaining = units
        for index in claims.indices {
            let share = Int128(claims[index].weight) * units / total
            claims[index].units = Int64(share)
            remaining -= share
        }
        while remaining > 0 {
            var best: Int?
            for index in claims.indices where claims[index].units < claims[index].weight / granularity {
                guard let leader = best else {
                    best = index
                    continue
                }
                let challenge = Int128(claims[index].weight) * Int128(claims[leader].units + 1)
                let standing = Int128(claims[leader].weight) * Int128(claims[index].units + 1)
                if challenge > standing { best = index }
            }
            guard let best else { return }
            claims[best].units += 1
            remaining -= 1
        }
    }
}
