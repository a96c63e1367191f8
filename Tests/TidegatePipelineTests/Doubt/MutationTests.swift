import Foundation
import InventoryCore
import OroSimulator
import StateStore
import TestSupport
import Testing

@testable import TidegatePipeline

/// Mutated snapshots through the whole pipeline, against what really lies in the warehouse.
///
/// `TIDEGATE_MUTATIONS` sets how many there are, `TIDEGATE_MUTATION_COURSE` repeats one that failed.
@Suite("Mutated snapshots")
struct MutationTests {
    private static let perCourse = 6
    private static let mutations =
        ProcessInfo.processInfo.environment["TIDEGATE_MUTATIONS"].flatMap { Int($0) } ?? 60
    private static let courses: [Int] = {
        let only = ProcessInfo.processInfo.environment["TIDEGATE_MUTATION_COURSE"].flatMap { Int($0) }
        return only.map { [$0] } ?? Array(0..<(mutations + perCourse - 1) / perCourse)
    }()

    @Test(
        "no level is above what is there, none falls to 0 on a guess, and every mutation has its class",
        arguments: courses
    )
    func mutated(course: Int) async throws {
        try await MutationCourse(seed: course).run(mutations: Self.perCourse)
    }
}

/// One shop that meets some mutations, one after the other.
private struct MutationCourse {
    private let seed: Int
    private let isPartial: Bool
    private let hasManifest: Bool
    private let packing: Packing?

    init(seed: Int) {
        self.seed = seed
        isPartial = seed % 3 == 2
        hasManifest = seed % 4 == 3
        packing = [nil, .gzip, nil, .zstd, nil][seed % 5]
    }

    private var name: String { "stock.csv\(packing.map { ".\($0.ending)" } ?? "")" }

    func run(mutations: Int) async throws {
        let source =
            "source: { kind: file, path: FOLDER/\(name), scope: \(isPartial ? "partial" : "full"), "
            + "contract: { rows_min: 1 } }"
        try await ShopStage.run(
            products: MutatedStock.skus,
            sources: source,
            guards: "{ removal_snapshots: 2 }"
        ) { stage in
            var random = SplitMix64(state: UInt64(seed))
            var stock = MutatedStock(&random)
            var sequence = 0
            var before: [String: Int] = [:]
            for number in 0...mutations {
                if number > 0 {
                    stock.trade(&random)
                    let all = Mutation.allCases
                    let mutation = all[(seed * mutations + number - 1) % all.count]
                    let file = stock.file(isPartial ? .partial : .full, &random)
                    try await meet(mutation, file, stock, before, &sequence, &random, stage)
                }
                // The ERP says it once more, and says it well.
                stock.trade(&random)
                sequence += 1
                let file = stock.file(.full, &random)
                try write(file, rows: nil, sequence, to: stage)
                try await settle(stage, stock.truth, "course \(seed), after mutation \(number)")
                stock.remember(file)
                before = stock.truth
            }
        }
    }

    /// Delivers a mutated file, and looks at what has become of it.
    private func meet(
        _ mutation: Mutation,
        _ file: String,
        _ stock: MutatedStock,
        _ before: [String: Int],
        _ sequence: inout Int,
        _ random: inout SplitMix64,
        _ stage: ShopStage
    ) async throws {
        let mutation = mutation == .replayed && stock.older.count < 2 ? .none : mutation
        let mutated = mutation.applied(to: file, older: stock.older, &random)
        sequence += 1
        // Packed bytes can be cut as well.
        let isCutPacked = mutation == .cutAnywhere && packing != nil
        try write(
            isCutPacked ? file : mutated,
            rows: file.split(separator: "\n").count - 1,
            sequence,
            without: isCutPacked ? random.below(1 << 20) : nil,
            to: stage
        )
        let found = try await outcome(of: stage)
        let what = "course \(seed), \(mutation), \(found): "
        let deltas = try await stage.shop.state.lastRuns(limit: 1).first?.counts.deltas
        let changesNothing = deltas.map { $0.added == 0 && $0.changed == 0 } ?? true
        // Whoever says how many rows there are finds out more.
        let isFoundOut = hasManifest && found == .rejected
        let isAllowed = mutation.isAllowed(found, isPartial: isPartial, changesNothing: changesNothing)
        #expect(isAllowed || isFoundOut, "\(what)")
        let truth = stock.truth
        for (sku, shown) in shown(by: stage) {
            let (was, is_) = (before[sku] ?? 0, truth[sku] ?? 0)
            #expect(shown <= max(was, is_), "\(what)\(sku) shows \(shown), was \(was), is \(is_)")
            #expect(shown > 0 || was == 0 || is_ == 0, "\(what)\(sku) shows 0, was \(was), is \(is_)")
        }
        // What is refused or waits as a whole asks again, and changes nothing.
        if random.chance(20) {
            let again = try await outcome(of: stage)
            #expect(again == found || found == .inDoubt, "\(what)again \(again)")
        }
        // New places of a partial delivery would wait for ever.
        if found == .held, isPartial || random.chance(30) {
            let newest = try await stage.shop.state.lastRuns(limit: 1)
            for run in newest { _ = try await Approval.reject(run.id.text, in: stage.shop) }
        }
    }

    private func outcome(of stage: ShopStage) async throws -> Mutation.Class {
        do {
            let outcome = try await stage.sync()
            if outcome.summaries.contains(where: { $0.state == .held }) { return .held }
            return try await stage.shop.state.doubts().isEmpty ? .accepted : .inDoubt
        } catch let fault as Fault {
            #expect(fault.kind == .badInput || fault.kind == .unavailable, "\(fault)")
            return .rejected
        }
    }

    /// After a good file, and a person's word where a guard asks for it, the shop shows what is there.
    private func settle(_ stage: ShopStage, _ truth: [String: Int], _ what: String) async throws {
        let summary = try #require(try await stage.sync().summaries.first)
        if summary.state == .held {
            _ = try await Approval(shop: stage.shop, oro: stage.oro).approve(summary.run.text)
        }
        // What was taken of other SKUs is missing once more; those of a partial file stay.
        let doubts = try await stage.shop.state.doubts().all.filter { $0.key.sku.text.hasPrefix("AB-") }
        if !isPartial { #expect(doubts.isEmpty, "\(what): \(doubts.prefix(2)), \(summary.held)") }
        #expect(shown(by: stage) == truth, "\(what)")
    }

    private func shown(by stage: ShopStage) -> [String: Int] {
        let levels = stage.simulator.levels().map { ($0.sku, Int(Double($0.quantity) ?? -1)) }
        return Dictionary(uniqueKeysWithValues: levels)
    }

    /// Writes a file, or all but a part of it.
    private func write(
        _ text: String,
        rows: Int?,
        _ sequence: Int,
        without part: Int? = nil,
        to stage: ShopStage
    ) throws {
        let bytes = Array(text.utf8)
        var packed = packing?.pack(bytes) ?? bytes
        if let part { packed.removeLast(1 + part % (packed.count - 1)) }
        try Data(packed).write(to: URL(filePath: "\(stage.folder)/\(name)"), options: .atomic)
        guard hasManifest else { return }
        let count = rows.map { #", "rows": \#($0)"# } ?? ""
        try stage.write(text: #"{"sequence": \#(sequence)\#(count)}"#, to: "\(name).manifest.json")
    }
}

extension MutationCourse {
    fileprivate enum Packing: String {
        case gzip, zstd

        var ending: String { self == .gzip ? "gz" : "zst" }

        func pack(_ bytes: [UInt8]) -> [UInt8] {
            self == .gzip ? TestSupport.Packing.gzip(bytes) : TestSupport.Packing.zstd(bytes)
        }
    }
}
