import FoundationEssentials
import InventoryCore
import StateStore

/// A state folder of its own for one test, removed at its end.
final class TemporaryState {
    let folder: StateFolder
    private var openDatabase: StateDatabase?

    static let now = Timestamp(microseconds: 1_790_000_000_000_000)

    init() throws {
        let path = FileManager.default.temporaryDirectory.path + "/tidegate-store-\(UUID().uuidString)"
        folder = StateFolder(path: path)
        try folder.prepare()
    }

    deinit {
        openDatabase = nil
        try? FileManager.default.removeItem(atPath: folder.path)
    }

    /// The database, opened for writing at the first use.
    func database() throws -> StateDatabase {
        if let openDatabase { return openDatabase }
        let lock = try FolderLock(folder: folder, command: "test", at: TemporaryState.now)
        let database = try StateDatabase.open(lock: lock)
        openDatabase = database
        return database
    }

    func close() throws {
        try openDatabase?.close()
        openDatabase = nil
    }

    /// Opens it anew, as the next process does after this one has ended.
    func reopened() throws -> StateDatabase {
        try close()
        return try database()
    }
}

extension Quantity: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int64) {
        self.init(units: value)
    }
}

extension RunRecord {
    static func sample(_ id: RunID = "run-1", state: State = .accepted()) -> RunRecord {
        RunRecord(
            id: id,
            state: state,
            source: .main,
            delivery: "stock.csv",
            scope: .full,
            started: TemporaryState.now
        )
    }
}

extension LevelKey {
    static func level(_ sku: SKU, _ unit: StockUnit = "item") -> LevelKey {
        LevelKey(sku: sku, unit: unit)
    }
}

extension ShopLevel {
    init(_ id: LevelID, _ key: LevelKey, shows quantity: Quantity) {
        self.init(id: id, key: key, quantity: quantity, precision: 0, isPrimaryUnit: true)
    }
}

extension StateDatabase {
    /// Accepts wishes by their keys.
    @discardableResult
    func wish(
        _ wishes: [(LevelKey, Quantity)],
        run: RunID = "run-1",
        priority: Int = 0
    ) async throws -> AcceptanceCounts {
        var acceptance = Acceptance(run: .sample(run), at: TemporaryState.now)
        acceptance.wishes = wishes.map { key, quantity in
            AcceptedWish(PlannedWish(key: key, before: nil, after: quantity), priority: priority)
        }
        return try await accept(acceptance)
    }

    /// Makes levels known with ids like `L-AB-1-item`, showing a quantity.
    func shop(shows levels: [(LevelKey, Quantity)]) async throws {
        let page = levels.map { key, quantity in
            ShopLevel(LevelID("L-\(key.sku)-\(key.unit)"), key, shows: quantity)
        }
        _ = try await replaceIndexPage(page, at: TemporaryState.now)
    }

    func claimed(_ limit: Int = 100) async throws -> [Wish] {
        try await claim(limit: limit, at: TemporaryState.now)
    }

    @discardableResult
    func settle(_ wishes: [Wish], _ ending: Receipt.Outcome) async throws -> ReceiptCounts {
        try await settle(wishes.map { Receipt(wish: $0, outcome: ending) }, at: TemporaryState.now)
    }

    func level(_ key: LevelKey) async throws -> StoredLevel? {
        try await levels(of: [key.sku]).first { $0.key == key }
    }
}

extension [Wish] {
    /// The wishes as short text, such as `A=0`.
    var short: [String] {
        map { "\($0.key.sku)\($0.key.unit == "item" ? "" : "/\($0.key.unit)")=\($0.quantity)" }
    }
}
