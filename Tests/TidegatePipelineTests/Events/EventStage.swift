import Foundation
import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline
@testable import TidegateSettings

/// A shop that takes events beside its file; every delivery states a time by its file's own.
struct EventStage: Sendable {
    let stage: ShopStage
    let inbox: EventInbox

    /// Second 0 of what tests tell.
    static let begin = Timestamp(microseconds: (Timestamp.now.microseconds / 60_000_000 - 300) * 60_000_000)

    static func at(_ seconds: Int) -> Timestamp { begin.adding(seconds: Int64(seconds)) }

    static let full = "source: { kind: file, path: FOLDER/stock.csv, scope: full, contract: { rows_min: 1 } }"
    static let partial =
        "source: { kind: file, path: FOLDER/stock.csv, scope: partial, events: { answers: strict } }"

    static func run(
        products: Int = 12,
        sources: String = full,
        guards: String = ShopStage.wideGuards,
        store: String = "",
        more: String = "",
        _ body: @escaping @Sendable (EventStage) async throws -> Void
    ) async throws {
        try await ShopStage.run(
            products: products,
            sources: sources,
            guards: guards,
            units: "[{ erp: EA, per_base: 1, oro: item }, { erp: CS, per_base: 12, oro: case }]",
            store: store,
            more: more
        ) { stage in
            let inbox = try EventInbox.open(stage.shop.state.folder)
            try await body(EventStage(stage: stage, inbox: inbox))
            try inbox.close()
        }
    }

    // MARK: the ERP

    /// Delivers stock as of a second, and pushes what it changes.
    @discardableResult
    func deliver(_ stock: [String: Int], at seconds: Int) async throws -> RunSummary {
        try stage.write(stock)
        try date(seconds)
        return try await stage.sync().summaries[0]
    }

    func date(_ seconds: Int) throws {
        let time = Double(Self.at(seconds).microseconds) / 1_000_000
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: time)],
            ofItemAtPath: "\(stage.folder)/stock.csv"
        )
    }

    // MARK: events

    static func level(
        _ sku: String,
        _ net: Int,
        at seconds: Int,
        location: Location = "WH-1",
        unit: StockUnit = "EA",
        version: Int64? = nil
    ) -> StockEvent {
        event(
            "\(sku) \(location) \(net) \(seconds)",
            .level(Quantity(units: Int64(net))),
            sku,
            location,
            unit
        )(
            at(seconds),
            version
        )
    }

    static func movement(
        _ sku: String,
        _ change: Int,
        at seconds: Int,
        id: String? = nil,
        location: Location = "WH-1",
        unit: StockUnit = "EA"
    ) -> StockEvent {
        let id = id ?? "\(sku) \(change) \(seconds)"
        return event(id, .movement(Quantity(units: Int64(change))), sku, location, unit)(at(seconds), nil)
    }

    private static func event(
        _ id: String,
        _ statement: StockEvent.Statement,
        _ sku: String,
        _ location: Location,
        _ unit: StockUnit
    ) -> (Timestamp, Int64?) -> StockEvent {
        { asOf, version in
            StockEvent(
                identity: EventIdentity(digest: Array(id.utf8)),
                statement,
                sku: SKU(sku),
                location: location,
                unit: unit,
                asOf: asOf,
                version: version
            )
        }
    }

    @discardableResult
    func send(_ events: [StockEvent], of source: SourceID = .main) async throws -> EventReceipt {
        let numbered = events.enumerated().map { (index: $0, event: $1) }
        return try await inbox.receive(numbered, of: source, at: .now)
    }

    /// Sends events and runs.
    @discardableResult
    func take(_ events: [StockEvent], of source: SourceID = .main) async throws -> EventRun.Outcome? {
        try await send(events, of: source)
        return try await run(of: source)
    }

    func run(of source: SourceID = .main) async throws -> EventRun.Outcome? {
        var run = EventRun(
            shop: stage.shop,
            source: try stage.shop.source(source),
            inbox: inbox,
            oro: stage.oro
        )
        return try await run.perform()
    }

    /// When a run lends the shop, by how many times it has done so before.
    enum Meanwhile: Int, CaseIterable {
        case reading, planning, pushing
    }

    /// The same shop; what the body does comes in between when a delivery is read and when it is taken.
    func whileReading(_ body: @escaping @Sendable () async throws -> Void) -> EventStage {
        during(.reading, body)
    }

    /// The same shop; what the body does comes in while a delivery is being planned that was judged before.
    func whilePlanning(_ body: @escaping @Sendable () async throws -> Void) -> EventStage {
        during(.planning, body)
    }

    func during(_ when: Meanwhile, _ body: @escaping @Sendable () async throws -> Void) -> EventStage {
        var shop = stage.shop
        shop.turn = LentOnce(after: when.rawValue, body)
        let meanwhile = ShopStage(
            folder: stage.folder,
            shop: shop,
            oro: stage.oro,
            simulator: stage.simulator
        )
        return EventStage(stage: meanwhile, inbox: inbox)
    }

    // MARK: the shop

    /// What a SKU counts as, added up over its positions.
    func stock(_ sku: String) async throws -> Int? {
        let positions = try await stage.shop.stock().positions(of: [SKU(sku)])[SKU(sku)]
        return positions.map { $0.reduce(0) { $0 + Int($1.net.millionths / Quantity.scale) } }
    }

    /// Pushes, and gives what the shop shows then.
    func pushed(_ sku: String) async throws -> Int? {
        _ = try await PushRun(shop: stage.shop, oro: stage.oro).push()
        return stage.shown(sku)
    }

    func hints() async throws -> [EventHint.Reason] {
        try await stage.shop.state.hints(of: .main, limit: 100).map(\.reason)
    }
}

/// A turn that others use once, when it has been lent so many times before.
private actor LentOnce: ShopTurn {
    private var before: Int
    private let body: @Sendable () async throws -> Void

    init(after before: Int, _ body: @escaping @Sendable () async throws -> Void) {
        (self.before, self.body) = (before, body)
    }

    func lend() async {
        before -= 1
        guard before == -1 else { return }
        do {
            try await body()
        } catch {
            Issue.record(error)
        }
    }

    func reclaim() async {}
}
