import InventoryCore
import StateStore
import TestSupport
import Testing

/// The outbox against a dictionary: random wishes, claims, answers and crashes.
@Suite struct OutboxModelTests {
    @Test("nothing accepted is lost, and no older value beats a newer one", arguments: 0..<40)
    func keepsItsPromises(seed: UInt64) async throws {
        let state = try TemporaryState()
        var model = OutboxModel(seed: seed, database: try state.database())
        for _ in 0..<60 {
            switch Int.random(in: 0..<10, using: &model.random) {
            case 0...2: try await model.wish()
            case 3...5: try await model.claim()
            case 6...7: try await model.answer()
            case 8: try await model.resolveSome()
            default:
                let (levels, claims) = (try await model.levels(), try await model.database.openClaims())
                model.database = try state.reopened()
                #expect(try await model.levels() == levels)
                #expect(try await model.database.openClaims() == claims)
            }
            try await model.check()
        }
        try await model.finish()
    }
}

private struct OutboxModel {
    var random: SplitMix64
    var database: StateDatabase
    private var wanted: [LevelKey: Quantity] = [:]
    /// What the shop shows for a level's current id, and that id.
    private var shown: [LevelKey: Quantity] = [:]
    private var ids: [LevelKey: LevelID] = [:]
    /// Parked until the index brings them: the shop has no such level.
    private var unknown: Set<LevelKey> = []
    private var lastSent: [LevelKey: Int64] = [:]
    private var runs = 0
    private var idsGiven = 0

    private static let keys: [LevelKey] = (0..<6).flatMap { number in
        ["item", "box", "case"].map { LevelKey(sku: SKU("S-\(number)"), unit: $0) }
    }

    init(seed: UInt64, database: StateDatabase) {
        random = SplitMix64(state: seed)
        self.database = database
    }

    func levels() async throws -> [LevelKey: StoredLevel] {
        let all = try await database.levels(after: nil, limit: 1000)
        return Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })
    }

    mutating func wish() async throws {
        runs += 1
        let stored = try await levels()
        var acceptance = Acceptance(run: .sample(RunID("run-\(runs)")), at: TemporaryState.now)
        acceptance.generation = UInt64(runs)
        for key in OutboxModel.keys where Int.random(in: 0..<4, using: &random) == 0 {
            let quantity = Quantity(units: Int64.random(in: 0..<5, using: &random))
            wanted[key] = quantity
            let row = Bool.random(using: &random) ? stored[key]?.row : nil
            let wish = PlannedWish(key: key, before: stored[key]?.published, after: quantity)
            acceptance.wishes.append(AcceptedWish(wish, row: row))
        }
        try await database.accept(acceptance)
        #expect(try await database.accept(acceptance).queued == 0)
        #expect(try await database.generation(of: .main) == UInt64(runs))
    }

    mutating func claim() async throws {
        let before = try await levels()
        let wishes = try await database.claimed(Int.random(in: 1..<8, using: &random))
        let inFlight = try await database.openClaims().map(\.wish)
        #expect(wishes.map(\.sequence) == wishes.sorted { $0.place < $1.place }.map(\.sequence))
        for wish in wishes {
            #expect(wish.level == ids[wish.key])
            #expect(wish.quantity == wanted[wish.key])
            #expect(wish.wave == Wave(before: before[wish.key]?.published, after: wish.quantity))
            #expect(wish.sequence >= lastSent[wish.key] ?? 0)
            lastSent[wish.key] = wish.sequence
            guard wish.wave == .increase else { continue }
            let others = inFlight.filter { $0.key.sku == wish.key.sku && $0.wave < .increase }
            #expect(others.isEmpty)
            let decreases = before.values.filter { level in
                guard level.key.sku == wish.key.sku, !unknown.contains(level.key), let pending = level.pending
                else { return false }
                return Wave(before: level.published, after: pending) < .increase
            }
            #expect(decreases.isEmpty)
        }
    }

    mutating func answer() async throws {
        var receipts: [Receipt] = []
        for claim in try await database.openClaims() where Bool.random(using: &random) {
            let key = claim.wish.key
            switch Int.random(in: 0..<8, using: &random) {
            case 0: receipts.append(Receipt(wish: claim.wish, outcome: .released))
            case 1:
                let ending = Receipt.Outcome.refused(.invalidValue, detail: "no")
                receipts.append(Receipt(wish: claim.wish, outcome: ending))
            case 2:
                ids[key] = nil
                shown[key] = nil
                receipts.append(Receipt(wish: claim.wish, outcome: .levelGone))
            default:
                shown[key] = claim.wish.quantity
                receipts.append(Receipt(wish: claim.wish, outcome: .applied))
            }
        }
        let counts = try await database.settle(receipts, at: TemporaryState.now)
        #expect(counts.ignored == 0)
        #expect(try await database.settle(receipts, at: TemporaryState.now).ignored == receipts.count)
    }

    mutating func resolveSome(all: Bool = false) async throws {
        var page: [ShopLevel] = []
        var lacking: [UnknownLevel] = []
        for level in try await database.unresolved(limit: 100) {
            if all || Int.random(in: 0..<3, using: &random) > 0 {
                page.append(show(level.key))
            } else {
                lacking.append(UnknownLevel(row: level.row, key: level.key, lack: .level))
                unknown.insert(level.key)
            }
        }
        try await database.park(lacking, at: TemporaryState.now)
        _ = try await database.replaceIndexPage(page, at: TemporaryState.now)
    }

    private mutating func show(_ key: LevelKey) -> ShopLevel {
        idsGiven += 1
        let id = LevelID("L-\(idsGiven)")
        let quantity = Quantity(units: Int64.random(in: 0..<5, using: &random))
        (ids[key], shown[key]) = (id, quantity)
        unknown.remove(key)
        return ShopLevel(id, key, shows: quantity)
    }

    /// What is expected of every level is what was wished last, and the store never claims to know more
    /// than the shop shows.
    func check() async throws {
        let claims = try await database.openClaims()
        #expect(Set(claims.map(\.wish.key)).count == claims.count)
        let stored = try await levels()
        for (key, quantity) in wanted {
            #expect(stored[key]?.expected == quantity, "\(key)")
        }
        for level in stored.values {
            #expect(level.id == ids[level.key])
            #expect(level.published == shown[level.key])
        }
    }

    /// With a shop that takes everything, the outbox runs empty and the shop shows what was wished last.
    mutating func finish() async throws {
        let found = unknown.sorted().map { show($0) }
        _ = try await database.replaceIndexPage(found, at: TemporaryState.now)
        for _ in 0..<100 {
            try await database.retryRefused()
            try await resolveSome(all: true)
            var wishes = try await database.openClaims().map(\.wish)
            wishes += try await database.claimed(3)
            for wish in wishes { shown[wish.key] = wish.quantity }
            try await database.settle(wishes, .applied)
            try await check()
            if try await database.backlog() == Backlog() { break }
        }
        #expect(try await database.backlog() == Backlog())
        for (key, quantity) in wanted { #expect(shown[key] == quantity) }
        let open = try await database.openExceptions()
        #expect(open.isEmpty, "\(open.map(\.exception))")
    }
}

extension Wish {
    fileprivate var place: (Int, Int, Int64) { (wave.rawValue, priority, sequence) }
}
