import InventoryCore
import StateStore
import Testing

@testable import TidegatePipeline

/// Runs of events have a plan like any other, and are taken back by it.
@Suite("The plan of a run of events")
struct EventRevertTests {
    private static let stock = Dictionary(uniqueKeysWithValues: (1...40).map { ("AB-\($0)", 10 + $0) })

    @Test("comes back as it was committed, proved by its digest")
    func replays() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(["AB-1": 5, "AB-2": 7], at: 10)
            let run = try #require(
                try await stage.taken([
                    EventStage.level("AB-1", 9, at: 20), EventStage.movement("AB-2", -3, at: 21),
                ])
            )
            let replayed = try await ReplayedRun(run.id.text, in: stage.stage.shop)
            #expect(replayed.digest == run.planDigest && replayed.count == 1)
            let wishes = replayed.plan.wishes
            #expect(wishes.map(\.key.sku) == ["AB-2", "AB-1"])
            #expect(wishes.map(\.before) == [Quantity(units: 7), Quantity(units: 5)])
            #expect(wishes.map(\.after) == [Quantity(units: 4), Quantity(units: 9)])
            #expect(replayed.certificate == .none && replayed.snapshot == .none)
        }
    }

    @Test("is kept whatever the archive keeps, and of many events as well")
    func withoutArchive() async throws {
        try await EventStage.run(products: 40, store: ", archive_keep: 0") { stage in
            try await stage.deliver(Self.stock, at: 10)
            let run = try #require(
                try await stage.taken((1...40).map { EventStage.level("AB-\($0)", 100 + $0, at: 20) })
            )
            let replayed = try await ReplayedRun(run.id.text, in: stage.stage.shop)
            #expect(replayed.plan.wishes.count == 40 && replayed.digest == run.planDigest)
        }
    }

    @Test("takes back what it alone has done; the source's next word counts as ever")
    func takesBack() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(["AB-1": 5, "AB-2": 7, "AB-3": 8], at: 10)
            let wrong = try #require(
                try await stage.taken([
                    EventStage.level("AB-1", 900, at: 20), EventStage.level("AB-2", 700, at: 20),
                ])
            )
            #expect(try await stage.pushed("AB-1") == 900)
            try await stage.take([EventStage.level("AB-3", 2, at: 21)])
            #expect(try await stage.pushed("AB-3") == 2)
            let back = try await stage.revert(wrong.id)
            #expect(back.state == .done && back.counts.written == 2)
            #expect(stage.stage.shown("AB-1") == 5 && stage.stage.shown("AB-2") == 7)
            #expect(stage.stage.shown("AB-3") == 2)
            #expect(try await stage.stage.shop.state.run(back.run)?.reverts == wrong.id)
            // What the source has stated stays: a movement goes on from there.
            try await stage.take([EventStage.movement("AB-1", -1, at: 22)])
            #expect(try await stage.pushed("AB-1") == 899)
            #expect(try await stage.pushed("AB-2") == 7)
        }
    }

    @Test("never shows more than the stock of now allows without a person's word")
    func aboveStock() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(["AB-1": 5, "AB-2": 7], at: 10)
            let sold = try #require(try await stage.taken([EventStage.movement("AB-1", -4, at: 20)]))
            #expect(try await stage.pushed("AB-1") == 1)
            let back = try await stage.revert(sold.id)
            #expect(back.state == .held && stage.stage.shown("AB-1") == 1)
            let held = try await stage.stage.shop.state.heldFigures(of: back.run)
            #expect(held.map(\.guardCode) == [.aboveStock])
        }
    }

    @Test("says which levels later runs have changed again")
    func changedSince() async throws {
        try await EventStage.run { stage in
            try await stage.deliver(["AB-1": 5, "AB-2": 7], at: 10)
            let first = try #require(
                try await stage.taken([
                    EventStage.level("AB-1", 50, at: 20), EventStage.level("AB-2", 70, at: 20),
                ])
            )
            _ = try await stage.pushed("AB-1")
            try await stage.take([EventStage.level("AB-2", 60, at: 30)])
            let revert = RevertRun(shop: stage.stage.shop, oro: stage.stage.oro)
            let preview = try await revert.preview(first.id.text)
            #expect(preview.changedSince == 1 && preview.plan.wishes.count == 2)
            #expect(preview.notes.contains { $0.contains("1 levels were changed again since") })
        }
    }

    @Test("is refused while it holds something, and goes back to before its first write once it was approved")
    func held() async throws {
        try await EventStage.run(products: 40, guards: "{ newly_zero_count_max: 5 }") { stage in
            try await stage.deliver(Self.stock, at: 10)
            let storm = (1...12).map { EventStage.level("AB-\($0)", 0, at: 20) }
            let run = try #require(try await stage.taken(storm + [EventStage.level("AB-20", 99, at: 20)]))
            #expect(run.state.kind == .held)
            let fault = await #expect(throws: Fault.self) { _ = try await stage.revert(run.id) }
            #expect(fault?.code.rawValue == "run_held")
            _ = try await Approval(shop: stage.stage.shop, oro: stage.stage.oro).approve(
                run.id.text,
                Approval.Choice(reason: "sold out")
            )
            #expect(stage.stage.shown("AB-3") == 0)
            #expect(try await ReplayedRun(run.id.text, in: stage.stage.shop).count == 2)
            let revert = RevertRun(shop: stage.stage.shop, oro: stage.stage.oro)
            let preview = try await revert.preview(run.id.text)
            // What was sold out would rise above the stock again; the other one falls.
            #expect(preview.held.count == 12 && preview.plan.wishes.map(\.key.sku) == ["AB-20"])
            #expect(preview.plan.wishes.first?.after == Quantity(units: 30))
        }
    }
}

extension EventStage {
    /// Sends events, and gives the run that took them.
    fileprivate func taken(_ events: [StockEvent]) async throws -> RunRecord? {
        guard let run = try await take(events)?.record?.id else { return nil }
        return try await stage.shop.state.run(run)
    }

    fileprivate func revert(_ run: RunID) async throws -> RunSummary {
        try await RevertRun(shop: stage.shop, oro: stage.oro).perform(run.text, reason: "a typo")
    }
}
